package text

import (
	"unicode"
	"unicode/utf8"
)

// readings are how the kanji of easy Japanese are read, by word. Where one word begins
// another the longer one is taken, so that a kanji with several readings (入れる, 入る)
// stands here with what follows it.
var readings = map[string]string{
	"一度": "いちど", "上": "うえ", "下": "した", "両方": "りょうほう", "予約": "よやく", "人": "ひと", "今": "いま", "今回": "こんかい",
	"休": "やす", "伝": "つた", "住": "す", "住所": "じゅうしょ", "何": "なに", "何回": "なんかい", "作": "つく", "使": "つか", "例": "れい",
	"係": "かかり", "先": "さき", "入": "い", "入る": "はい", "全部": "ぜんぶ", "出": "で", "証明用": "しょうめいよう",
	"前": "まえ", "動": "うご", "印刷": "いんさつ", "取": "と", "受付": "うけつけ", "受付番号": "うけつけばんごう", "口座": "こうざ", "右": "みぎ",
	"合": "あ", "同": "おな", "名前": "なまえ", "回": "かい", "回目": "かいめ", "回数": "かいすう", "変": "か", "多": "おお", "大": "おお", "大文字": "おおもじ",
	"始": "はじ", "字": "じ", "安全": "あんぜん", "小": "ちい", "少": "すこ", "左": "ひだり", "左上": "ひだりうえ", "市役所": "しやくしょ",
	"平": "たい", "店": "みせ", "役所": "やくしょ", "待": "ま", "忘": "わす", "戻": "もど", "手伝": "てつだ", "持": "も", "数": "かず",
	"数字": "すうじ", "文字": "もじ", "新": "あたら", "日": "ひ", "日本語": "にほんご", "言語": "げんご", "時計": "とけい", "時間": "じかん",
	"暗証": "あんしょう", "暗証番号": "あんしょうばんごう", "書": "か", "最初": "さいしょ", "最後": "さいご", "来": "こ", "来て": "き", "来る": "く",
	"枚": "まい", "以上": "いじょう", "機械": "きかい", "次": "つぎ", "止": "と", "残": "のこ", "決": "き", "消": "け", "減": "へ",
	"準備": "じゅんび", "用意": "ようい", "申": "もう", "込": "こ", "町": "まち", "画面": "がめん", "番号": "ばんごう", "直": "なお", "種類": "しゅるい",
	"窓口": "まどぐち", "紙": "かみ", "終": "お", "結果": "けっか", "続": "つづ", "置": "お", "署名": "しょめい", "署名用": "しょめいよう",
	"聞": "き", "英数字": "えいすうじ", "英語": "えいご", "行": "い", "見": "み", "覚": "おぼ", "記録": "きろく", "証明書": "しょうめいしょ",
	"証明": "しょうめい", "利用者": "りようしゃ", "誕生日": "たんじょうび", "読": "よ", "調": "しら", "質問": "しつもん", "途中": "とちゅう", "通信": "つうしん", "進": "すす", "過": "す",
	"金": "かね", "銀行": "ぎんこう", "間": "あいだ", "隠": "かく", "離": "はな", "電子": "でんし", "電子証明書": "でんししょうめいしょ",
	"会社": "かいしゃ", "許可": "きょか", "一覧": "いちらん", "男": "おとこ", "女": "おんな", "自信": "じしん", "返事": "へんじ",
	"顔": "かお", "写真": "しゃしん", "見本": "みほん", "本物": "ほんもの", "本人": "ほんにん", "本人確認": "ほんにんかくにん", "英字": "えいじ", "必要": "ひつよう", "比": "くら", "向": "む", "横": "よこ", "生": "う", "年": "とし", "月": "つき", "送": "おく", "受": "う", "正": "ただ", "選": "えら", "中": "なか", "日本": "にほん", "一時": "いちじ", "者": "もの",
	"国": "くに", "守": "まも", "弱": "よわ", "写": "うつ", "売": "う", "書類": "しょるい",
	"声": "こえ", "暗": "くら", "電話": "でんわ", "電話番号": "でんわばんごう",
}

// counters are how a kanji is read behind a digit, where that differs.
var counters = map[rune]string{'年': "ねん", '月': "がつ", '日': "にち", '時': "じ", '分': "ふん"}

const longest = 6 // characters of a word in readings

// A Reading is how a run of kanji in a sentence is read.
type Reading struct {
	At, Len int // the run, in characters
	Kana    string
}

// Readings are those of a sentence in easy Japanese, in their order. A kanji without
// one is a name from outside of the catalogue.
func Readings(s string) (all []Reading) {
	rs := []rune(s)
	for i := 0; i < len(rs); {
		r := reading(rs, i)
		if r.Len == 0 {
			i++
			continue
		}
		all = append(all, r)
		i += r.Len
	}
	return all
}

// reading is the one that begins at a character; of length 0 where none does.
func reading(rs []rune, i int) Reading {
	if !unicode.Is(unicode.Han, rs[i]) {
		return Reading{}
	}
	if kana := counters[rs[i]]; kana != "" && i > 0 && unicode.IsDigit(rs[i-1]) {
		return Reading{i, 1, kana}
	}
	for n := min(longest, len(rs)-i); n > 0; n-- {
		word := string(rs[i : i+n])
		if kana := readings[word]; kana != "" {
			for last, size := utf8.DecodeLastRuneInString(word); !unicode.Is(unicode.Han, last); last, size = utf8.DecodeLastRuneInString(word) {
				word = word[:len(word)-size] // what follows tells the reading, and is read as it stands
			}
			return Reading{i, utf8.RuneCountInString(word), kana}
		}
	}
	return Reading{}
}
