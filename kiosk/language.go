package kiosk

var tags = [Langs]string{Japanese: "ja", English: "en", Easy: "ja-x-yasashii", Simplified: "zh-Hans", Traditional: "zh-Hant", Korean: "ko", Vietnamese: "vi", Portuguese: "pt"}

// String is the language's tag (RFC 5646), as configurations and file names have it.
// Easy Japanese has no tag of its own there: ours is one of private use.
func (l Lang) String() string {
	if l >= Langs {
		return "lang?"
	}
	return tags[l]
}
