#!/bin/sh
# Makes the embedded fonts from Debian's fonts-noto-cjk with hb-subset
# (libharfbuzz-bin). The same package versions give the same bytes: run with
# --check to compare instead of replacing what is committed.
#
# Chinese and Korean have faces of their own, for their shapes of one code point are
# other ones: the characters of the catalogue alone, which zh-Hans.txt and the like list
# (go test ./assets/text/check -update writes them), and ASCII.
#
# Regular holds all of JIS X 0208, so that no sentence written later meets a
# missing glyph; Bold (headings, buttons) its kanji of level 1 only. One face
# of the collection is taken, Japanese (0), Korean (1), Simplified (2) or Traditional
# Chinese (3), because Fyne reads one face a file. Kerning stays, every other layout feature goes: the planner measures
# with bare advances, and nothing may replace a glyph behind its back.
#
# Report is for the readiness report: ASCII and the characters of report.txt, with
# TrueType outlines (python3-fonttools), since the library that writes a PDF takes
# no others. The curves are other ones, within a thousandth of the height.
set -eu
cd "$(dirname "$0")"
from=/usr/share/fonts/opentype/noto
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# rows FIRST LAST: the JIS X 0208 rows FIRST to LAST (ku 1 to 94) as UTF-8.
# Holes in the table are dropped by iconv -c.
rows() {
	awk -v a="$1" -v b="$2" 'BEGIN {
		for (k = a; k <= b; k++) for (t = 1; t <= 94; t++) printf "\\%o\\%o\n", k + 160, t + 160
	}' | while read -r c; do printf "$c\n"; done | iconv -c -f EUC-JP -t UTF-8 | tr -d '\n'
}

# Latin, Latin-1, and the signs that JIS X 0208 does not have: en and em dash,
# quotation marks, full-width tilde and hyphen-minus.
signs='2010-2015,2018-201F,2022,2026,2212,FF5E,FF0D'
# Vietnamese.
signs="$signs,102-103,110-111,128-129,168-169,1A0-1A1,1AF-1B0,1EA0-1EF9"

rows 1 8 >"$work/signs.txt"
rows 16 47 >"$work/level1.txt"
rows 48 84 >"$work/level2.txt"
cat "$work/signs.txt" "$work/level1.txt" "$work/level2.txt" >"$work/regular.txt"
cat "$work/signs.txt" "$work/level1.txt" >"$work/bold.txt"

codepoints() { # the text file as U+ numbers, with Latin and the signs
	iconv -f UTF-8 -t UCS-4BE "$1" | od -An -v -tx1 -w4 | tr -d ' ' | tr '\n' ','
	printf '20-7E,A0-FF,%s' "$signs"
}

subset() { # collection, list, output, face
	codepoints "$work/$2.txt" >"$work/$2.u"
	hb-subset --font-file="$from/$1" --face-index="${4:-0}" --unicodes-file="$work/$2.u" \
		--no-hinting --layout-features=kern --drop-tables+=vhea,vmtx,VORG,BASE \
		--output-file="$work/$3"
}
subset NotoSansCJK-Regular.ttc regular regular.otf
subset NotoSansCJK-Bold.ttc bold bold.otf

fonts="regular.otf bold.otf"
for face in zh-Hans:2 zh-Hant:3 ko:1; do
	tag=${face%:*}
	tr -d '\n' <"$tag.txt" >"$work/$tag.txt"
	for weight in Regular Bold; do
		file=$tag-$(echo "$weight" | tr RB rb).otf
		subset "NotoSansCJK-$weight.ttc" "$tag" "$file" "${face#*:}"
		fonts="$fonts $file"
	done
done
if /usr/bin/python3 -c 'import fontTools' 2>/dev/null; then
	fonts="$fonts report.ttf"
	tr -d '\n' <report.txt >"$work/report.txt"
	iconv -f UTF-8 -t UCS-4BE "$work/report.txt" | od -An -v -tx1 -w4 | tr -d ' ' | tr '\n' ',' >"$work/report.u"
	printf '20-7E' >>"$work/report.u"
	hb-subset --font-file="$from/NotoSansCJK-Regular.ttc" --face-index=0 --unicodes-file="$work/report.u" \
		--no-hinting --drop-tables+=vhea,vmtx,VORG,BASE,GSUB,GPOS,GDEF --output-file="$work/report.otf"
	/usr/bin/python3 truetype.py "$work/report.otf" "$work/report.ttf"
else
	echo "python3-fonttools is not installed: report.ttf is left as it is" >&2
fi

for f in $fonts; do
	if [ "${1:-}" = --check ]; then
		cmp "$work/$f" "$f"
	else
		cp "$work/$f" "$f"
	fi
done
