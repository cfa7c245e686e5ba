package text

import "multicopy.example/kiosk/staff/check"

const (
	jaRestart = "端末を再起動してください。くり返すときは、保守窓口に電話してください。"
	jaSign    = "使えるようになったら、ログインして表示をやめてください。"
	jaUnsent  = "送信できない原因（通信、証明書、時計）を調べてください。"
)

var jaStaff = staffTable{
	items: [check.ItemCount]string{
		check.Program: "プログラム", check.Reader: "読み取り台", check.Screen: "画面", check.Network: "通信", check.Authority: "センター",
		check.Ledger: "記録", check.Queue: "送信待ちの記録", check.Disk: "ディスク", check.Clock: "時計",
		check.KioskCertificate: "この端末の証明書", check.AuthorityCertificate: "センターの証明書",
		check.Temperature: "温度", check.Printer: "プリンター", check.Door: "扉", check.Configuration: "設定", check.Watchdog: "監視タイマー",
		check.Sign: "使用中止の表示", check.Update: "更新",
	},
	levels: [check.Critical + 1]string{check.Absent: "なし", check.Untested: "未確認", check.Normal: "正常", check.Warning: "注意", check.Critical: "停止"},
	times:  [check.Now + 1]string{check.Soon: "数日のうちに", check.Now: "いますぐ"},
	test:   "試し印刷",
	roles:  [check.Engineer + 1]string{check.Clerk: "店員", check.Engineer: "保守員"},
	advice: adviceTable{
		check.ProgramStalled: {"端末のプログラムが動いていません", jaRestart},

		check.ProgramCrashed: {"端末のプログラムが異常終了し、自動で再起動しました",
			"kiosk.data のフォルダーにある crash.log を製造元に送り、その後に削除してください。"},

		check.ReaderFails:     {"読み取り台が動いていません", "読み取り台の電源を抜いて、入れ直してください。"},
		check.ReaderNoDevice:  {"読み取り台がつながっていません", "読み取り台のケーブルを差し直してください。直らないときは、設定の reader.port を確かめます。"},
		check.ReaderForbidden: {"読み取り台を使う権限がありません", "端末の利用者を、装置ファイルのグループに入れてください。"},
		check.ReaderHeld:      {"ほかのプログラムが読み取り台を使っています", "そのプログラム、または2つ目の端末プログラムを止めてください。"},
		check.ReaderSilent:    {"読み取り台が返事をしません", "読み取り台の電源とケーブルを確かめてください。直らないときは、基板のスイッチと設定の reader.wire を確かめます。"},
		check.ReaderOtherChip: {"対応していない読み取り台です", "Type Bを読めるPN532に取りかえてください。"},
		check.ReaderGarbled:   {"読み取り台の返事がこわれています", "アース線、ケーブルの長さ、設定の reader.port を確かめてください。"},
		check.ReaderStuck:     {"読み取り台の配線が動いていません", "読み取り台の電源を抜いて、入れ直してください。直らないときは、プルアップ抵抗と配線の長さを確かめます。"},
		check.ReaderNoCard:    {"試験カードを読めませんでした", "試験カードを1枚、平らに置いて、もう一度確認してください。ほかのカードも読めないときは、読み取り台を取りかえます。"},
		check.ReaderNoisy:     {"読み取り台との通信に乱れがあります", "アース線、差し込み、ケーブルの長さを確かめてください。"},

		check.ScreenStalled: {"画面が止まっています", jaRestart},
		check.ScreenTouch:   {"画面に、触れても反応しない部分があります", "画面をふいて、もう一度点検してください。くり返すときは、タッチパネルを交換します。"},

		check.NetworkDown: {"センターと通信できません", "通信ケーブルと店のルーターを確かめてください。どちらもよいときは、保守窓口に電話してください。"},
		check.NetworkSlow: {"センターとの通信に時間がかかっています", "店の回線を測定してください。"},

		check.AuthorityUnknown: {"相手がセンターでないか、この端末が登録されていません", "この端末の証明書とセンターのCAを、運用者の一覧と照合してください。"},
		check.AuthorityVersion: {"端末とセンターの版がちがいます", "この端末に最新の版を入れてください。"},
		check.AuthorityBusy:    {"センターがこみ合っています", "ここですることはありません。1時間つづくときは、保守窓口に電話してください。"},
		check.AuthoritySilent:  {"センターから長いあいだ返事がありません", "センターからこの端末が見えているか、運用者に確かめてください。"},

		check.LedgerFails:   {"記録を開けません", "ログで原因を調べ、kiosk.data の所有者、権限、ディスクの状態を確かめてください。"},
		check.LedgerStalled: {"ディスクが返事をしません", jaRestart},
		check.LedgerSpoiled: {"記録の検証に失敗しました", "まず kiosk.data のフォルダーを複写し、運用者に連絡してください。"},
		check.LedgerAside:   {"こわれた記録が別に保管されています", "kiosk ledger export で書き出し、運用者に連絡してください。"},

		check.QueueFull:       {"送信待ちの記録がいっぱいです", jaUnsent},
		check.QueueNearlyFull: {"送信待ちの記録がたまっています", jaUnsent},
		check.QueueOld:        {"1日以上送信されていない記録があります", jaUnsent},

		check.DiskFull: {"ディスクに空きがありません", "kiosk.data のディスクを使っているものを調べ、空きを作ってください。"},
		check.DiskLow:  {"ディスクの空きが少なくなっています", "kiosk.data のディスクを使っているものを調べ、空きを作ってください。"},

		check.ClockWrong: {"時計が合っていません", "時計を合わせてください。停電で時刻が消えるときは、時計の電池を取りかえます。"},
		check.ClockOff:   {"時計が1分以上ずれています", "ネットワークで時刻を合わせる設定を確かめてください。"},

		check.KioskCertificateEnded: {"この端末の証明書の期限が切れています", "運用者に依頼して、端末を登録し直してください。"},
		check.KioskCertificateEarly: {"この端末の証明書は、まだ有効期間の前です", "時計を確かめてください。合っているときは、運用者に確かめてください。"},
		check.KioskCertificateEnds:  {"この端末の証明書の期限が近いのに、更新されていません", "センターで更新できない原因を調べてください。"},

		check.AuthorityCertificateEnded: {"センターの証明書の期限が切れています", "時計を確かめてください。合っているときは、運用者に連絡してください。"},
		check.AuthorityCertificateEnds:  {"センターの証明書の期限まで、2週間を切っています", "運用者に連絡してください。"},

		check.TooHot: {"端末が熱くなりすぎています", "通気口をふさぐものと熱を出すものをどけて、1時間電源を切ってください。"},
		check.Hotter: {"端末が熱くなっています", "通気口をふさぐものと、熱を出すものをどけてください。"},

		check.PrinterSilent:   {"プリンターが返事をしません", "プリンターの電源とケーブルを確かめてください。"},
		check.PrinterJam:      {"プリンターに紙がつまっています", "プリンターを開けて、つまった紙を取り、閉めてください。"},
		check.PrinterPaperOut: {"プリンターの紙がありません", "新しいロール紙を入れてください。"},
		check.PrinterCover:    {"プリンターのふたが開いています", "ふたを、音がするまで閉めてください。"},
		check.PrinterFails:    {"プリンターが故障を知らせています", "プリンターの電源を入れ直してください。くり返すときは、取りかえます。"},
		check.PrinterPaperLow: {"プリンターの紙が残り少なくなっています", "新しいロール紙を用意してください。"},

		check.DoorIsOpen: {"端末の扉が開いています", "扉を閉めて、かぎをかけてください。"},

		check.ConfigInvalid: {"設定が使えません", "kiosk doctor が示す項目またはファイルを直してください。"},
		check.ConfigChanged: {"起動の後に設定が変えられています", "新しい設定を使うには再起動し、使わないときは元のファイルに戻してください。"},

		check.WatchdogUnfed: {"監視タイマーを動かせません", "設定の board.watchdog と、端末の利用者の権限を確かめてください。"},

		check.SignRepair: {"使用中止を表示しています（修理）", jaSign},
		check.SignReader: {"使用中止を表示しています（読み取り台の故障）", jaSign},
		check.SignLine:   {"使用中止を表示しています（通信できない）", jaSign},
		check.SignPaper:  {"使用中止を表示しています（用紙がない）", jaSign},
		check.SignShop:   {"使用中止を表示しています（店の都合）", jaSign},

		check.UpdateForeign:  {"配信された更新は、運用会社のものではありません", "運用者に連絡してください。端末は、いままでどおり使用できます。"},
		check.UpdateDamaged:  {"配信された更新が正しく読めません", "運用者に連絡してください。端末は、いままでどおり使用できます。"},
		check.UpdateOlder:    {"配信された更新は、いまの版より前のものです", "運用者に連絡してください。端末は、いままでどおり使用できます。"},
		check.UpdateRoom:     {"配信された更新を入れる空きがありません", "kiosk.data のディスクを使っているものを調べ、空きを作ってください。"},
		check.UpdateFails:    {"配信された更新を入れられませんでした", "USBメモリーから更新してください。"},
		check.UpdateWentBack: {"配信された更新がこの端末では動かず、前の版に戻りました", "運用者に連絡してください。端末は、いままでどおり使用できます。"},

		check.Late: {"確認が時間内に終わりませんでした", jaRestart},
	},
}
