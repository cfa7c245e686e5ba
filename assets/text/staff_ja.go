package text

import (
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

var jaPages = pageTable{
	pages: [staff.Places]StaffPage{
		staff.Look: {"端末の状態", ""},
		staff.Forgotten: {"カードの忘れもの",
			"カードを読み取り台に置かないでください。封筒に入れて日時を書き、店で保管します。持ち主が来たら、本人と確かめて返します。その日のうちに来ないときは、警察に届けます。"},
		staff.ChooseRole:        {"どちらの方ですか", ""},
		staff.OwnCode:           {"自分のコード", "6～8けたの数字を入力してください。"},
		staff.Code:              {"ワンタイムパスワード", "認証アプリに表示されている6けたの数字を入力してください。"},
		staff.Comparing:         {"確かめています", ""},
		staff.Refused:           {"ログインできません", ""},
		staff.ClockWrong:        {"時計が合っていません", "認証アプリの時刻と、この端末の時計がちがいます。センターの時刻に合わせるか、店員と保守員が続けてログインしてください。"},
		staff.AskingTime:        {"センターに時刻を聞いています", ""},
		staff.ClerkHome:         {"店員の作業", ""},
		staff.TechnicianHome:    {"保守員の作業", ""},
		staff.SignReasons:       {"使用中止の表示", "お客様の画面に、選んだ理由をすべての言語で表示します。"},
		staff.TestPage:          {"印刷と音のテスト", ""},
		staff.RestartPage:       {"再起動", "端末のプログラムを起動し直します。1分ほどで戻ります。"},
		staff.SelfTests:         {"自己診断", "読み取り台にカードがないことを確かめてから始めてください。"},
		staff.Queue:             {"送信待ちの記録", ""},
		staff.Events:            {"最近のできごと", ""},
		staff.Config:            {"設定", ""},
		staff.Report:            {"点検報告書", "点検の結果を、端末のデータのフォルダーに書き出します。"},
		staff.Danger:            {"もとに戻せない作業", "扉を開けてください。作業のたびに、新しいワンタイムパスワードを入力します。"},
		staff.FreshCode:         {"新しいワンタイムパスワード", "ログインに使ったものの次の数字を入力してください。"},
		staff.FreshComparing:    {"確かめています", ""},
		staff.Working:           {"作業をしています", "終わるまでお待ちください。"},
		staff.Result:            {"結果", ""},
		staff.EnrolWho:          {"だれのコードを作りますか", "いままでのコードは使えなくなります。"},
		staff.OperatorCode:      {"運用会社のコード", "電話で伝えられた8けたの数字を入力してください。"},
		staff.OperatorComparing: {"確かめています", ""},
		staff.NewOwn:            {"新しい自分のコード", "6～8けたの数字を決めて、入力してください。"},
		staff.NewAgain:          {"新しい自分のコード（もう一度）", "同じ数字を、もう一度入力してください。"},
		staff.Enrolling:         {"コードを作っています", ""},
		staff.ShowQR:            {"認証アプリで読み取ってください", "このQRコードは、いま一度だけ表示されます。"},
		staff.ConfirmCode:       {"認証アプリの確認", "認証アプリに表示された6けたの数字を入力してください。"},
		staff.Confirming:        {"確かめています", ""},
	},
	buttons: map[staff.Button]string{
		staff.ButtonLeave: "終わる", staff.ButtonOK: "次へ", staff.ButtonBack: "もどる", staff.ButtonLogin: "ログイン",
		staff.ButtonForgotten: "カードの忘れもの", staff.ButtonEnrol: "コードを作る", staff.ButtonClerk: "店員", staff.ButtonTechnician: "保守員",
		staff.ButtonBoth: "2人でログイン", staff.ButtonTime: "センターの時刻に合わせる", staff.ButtonSign: "使用中止の表示",
		staff.ButtonTest: "印刷と音のテスト", staff.ButtonRestart: "再起動", staff.ButtonSelfTests: "自己診断", staff.ButtonQueue: "送信待ちの記録",
		staff.ButtonEvents: "最近のできごと", staff.ButtonConfig: "設定", staff.ButtonReport: "点検報告書", staff.ButtonDanger: "もとに戻せない作業",
	},
	tasks: map[kiosk.StaffTask]string{
		kiosk.StaffSignDown: "表示をやめる", kiosk.StaffPrint: "テスト印刷", kiosk.StaffTone: "テスト音", kiosk.StaffRestart: "再起動する",
		kiosk.StaffSelfTest: "診断を始める", kiosk.StaffFlush: "いま送信する", kiosk.StaffReport: "報告書を書き出す", kiosk.StaffExport: "記録を書き出す",
		kiosk.StaffUpdate: "更新する", kiosk.StaffReenrol: "証明書を作り直す", kiosk.StaffWipe: "すべて消す",
	},
	reasons: [staff.Reasons]string{
		staff.ReasonRepair: "修理を待っています",
		staff.ReasonReader: "読み取り台の故障",
		staff.ReasonLine:   "通信できない",
		staff.ReasonPaper:  "用紙がない",
		staff.ReasonShop:   "店の都合",
	},
	notes: [staff.Notes]string{
		staff.NoteWrong: "自分のコード、またはワンタイムパスワードがちがいます。", staff.NoteUsed: "このワンタイムパスワードは、使用ずみです。次の数字を待ってください。",
		staff.NoteWait: "まちがいが続いたため、しばらくログインできません。待ち時間は、1時間までのびます。", staff.NoteNoCodes: "この役割のコードは、まだ作られていません。",
		staff.NoteOther: "もう一方の役割の人が、先にログインしてください。", staff.NoteNoRecord: "記録を残せないため、実行していません。",
		staff.NoteNoCount: "回数を残せないため、確かめていません。", staff.NoteForm: "けた数がちがいます。", staff.NoteMismatch: "1回目と2回目が同じではありません。",
		staff.NoteDoor: "扉が開いていません。", staff.NoteTime: "時刻を合わせました。もう一度ログインしてください。", staff.NoteNoTime: "センターから時刻を得られませんでした。",
		staff.NoteClock: "認証アプリの時刻と、端末の時計がちがいます。", staff.NoteDone: "終わりました。", staff.NoteFailed: "実行できませんでした。", staff.NoteUnknown: "実行できたかどうか、わかりません。状態を確かめてください。",
		staff.NoteNoKey: "できません。書き出した記録を暗号化するための、運用会社の鍵が設定されていません。", staff.NoteNoStick: "USBメモリーがありません。差し込んで、ランプの点滅が止まるまで待ってください。",
		staff.NoteStickFull: "USBメモリーの空きが足りません。別のものを使ってください。", staff.NoteStickBad: "USBメモリーに書き込めないか、書いたとおりに読めません。書きかけは残していません。別のものを使ってください。",
	},
	roles: map[kiosk.Role]string{kiosk.Clerk: "店員", kiosk.Technician: "保守員"},
	words: [staffWords]string{
		StaffWell: "正常に動いています", StaffWatch: "動いていますが、手当てが必要です", StaffDown: "使用できません",
		StaffHelp: "保守窓口", StaffMachine: "端末番号", StaffNoSign: "いまは表示していません", StaffSignSays: "いまの表示", StaffDigits: "数字を入力してください",
	},
}
