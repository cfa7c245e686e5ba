package text

import "multicopy.example/kiosk"

// ReportWord is a word of the readiness report.
type ReportWord uint8

// The words.
const (
	ReportTitle     ReportWord = iota // what it is
	ReportMade                        // when it was made
	ReportMachine                     // the machine's number
	ReportState                       // the worst of the checks
	ReportVersion                     // of the program
	ReportProgram                     // the SHA-256 of its file
	ReportImage                       // whether its image is signed
	ReportWaiting                     // records that wait for the authority
	ReportOldest                      // since when the first of them does
	ReportOwn                         // days of the kiosk's certificate
	ReportTheirs                      // days of the authority's certificate
	ReportChecks                      // the self tests
	ReportStaff                       // the last entries of maintenance
	ReportNone                        // there is none
	ReportUnknown                     // it was not measured
	ReportDays                        // days
	ReportSignature                   // where a person signs

	reportWords
)

var jaReport = [reportWords]string{
	ReportTitle: "点検報告書", ReportMade: "作成時刻", ReportMachine: "端末番号", ReportState: "判定", ReportVersion: "プログラムの版", ReportProgram: "プログラムの SHA-256",
	ReportImage: "イメージの署名", ReportWaiting: "送信待ちの記録", ReportOldest: "最も古い記録", ReportOwn: "端末の証明書の残り", ReportTheirs: "センターの証明書の残り",
	ReportChecks: "自己診断", ReportStaff: "最近の保守の記録", ReportNone: "なし", ReportUnknown: "未確認", ReportDays: "日", ReportSignature: "署名",
}

var enReport = [reportWords]string{
	ReportTitle: "Readiness report", ReportMade: "Made", ReportMachine: "Machine", ReportState: "State", ReportVersion: "Version", ReportProgram: "Program SHA-256",
	ReportImage: "Image signature", ReportWaiting: "Records waiting", ReportOldest: "Oldest record", ReportOwn: "Kiosk certificate", ReportTheirs: "Authority certificate",
	ReportChecks: "Self tests", ReportStaff: "Last entries of maintenance", ReportNone: "none", ReportUnknown: "not known", ReportDays: "days", ReportSignature: "Signature",
}

// ReportSay is a word of the readiness report.
func ReportSay(l kiosk.Lang, w ReportWord) string {
	if l == kiosk.Japanese {
		return jaReport[w]
	}
	return enReport[w]
}
