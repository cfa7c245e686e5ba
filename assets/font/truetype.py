# Turns the cubic outlines of a font into TrueType's: truetype.py FROM.otf TO.ttf
import sys
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

font = TTFont(sys.argv[1], recalcTimestamp=False)
glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
outlines = {}
for name in order:
    pen = TTGlyphPen(glyphs)
    glyphs[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
    outlines[name] = pen.glyph()
font["loca"] = newTable("loca")
font["glyf"] = table = newTable("glyf")
table.glyphOrder, table.glyphs = order, outlines
del font["CFF "]
most = font["maxp"]
most.tableVersion, most.maxZones, most.maxComponentElements = 0x00010000, 1, 0
most.maxTwilightPoints = most.maxStorage = most.maxFunctionDefs = 0
most.maxInstructionDefs = most.maxStackElements = most.maxSizeOfInstructions = 0
font["post"].formatType = 3.0
font.sfntVersion = "\000\001\000\000"
font.save(sys.argv[2])
