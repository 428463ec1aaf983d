/// The names of colours.
enum ColorNames {
    /// A colour that CSS names (CSS Color Module Level 4, named colours).
    struct Named: Sendable {
        var name: String
        var red: Int
        var green: Int
        var blue: Int
    }

    /// The nearest colour that CSS names; as the eye sees it, roughly: what counts as near depends on how red it is.
    static func css(red: UInt8, green: UInt8, blue: UInt8) -> String {
        let (red, green, blue) = (Int(red), Int(green), Int(blue))
        func distance(_ named: Named) -> Int {
            let middle = (red + named.red) / 2
            let (dr, dg, db) = (red - named.red, green - named.green, blue - named.blue)
            return (512 + middle) * dr * dr / 256 + 4 * dg * dg + (767 - middle) * db * db / 256
        }
        return all.min { distance($0) < distance($1) }?.name ?? "black"
    }

    /// One of twelve simple names, by hue, strength and lightness.
    static func simple(red: UInt8, green: UInt8, blue: UInt8) -> String {
        let (red, green, blue) = (Double(red) / 255, Double(green) / 255, Double(blue) / 255)
        let most = max(red, green, blue)
        let least = min(red, green, blue)
        let span = most - least
        let lightness = (most + least) / 2
        if most < 0.16 { return "black" }
        if span < 0.1 || span / most < 0.14 {
            return lightness > 0.88 ? "white" : lightness < 0.2 ? "black" : "grey"
        }
        let hue: Double
        if most == red {
            hue = 60 * ((green - blue) / span + (green < blue ? 6 : 0))
        } else if most == green {
            hue = 60 * ((blue - red) / span + 2)
        } else {
            hue = 60 * ((red - green) / span + 4)
        }
        switch hue {
        case ..<14, 344...: return lightness > 0.72 ? "pink" : "red"
        case ..<46: return lightness < 0.42 || span / most < 0.45 ? "brown" : "orange"
        case ..<70: return lightness < 0.3 ? "brown" : "yellow"
        case ..<168: return "green"
        case ..<254: return "blue"
        case ..<280: return "violet"
        case ..<314: return lightness > 0.75 ? "violet" : "purple"
        default: return "pink"
        }
    }

    /// All named colours; of those with two names the one that is written with British "grey", or the older one.
    static let all: [Named] = table.split(whereSeparator: \.isWhitespace).compactMap { entry in
        let parts = entry.split(separator: "#")
        guard parts.count == 2, let value = Int(parts[1], radix: 16) else { return nil }
        return Named(name: String(parts[0]), red: value >> 16, green: value >> 8 & 255, blue: value & 255)
    }

    private static let table = """
        aliceblue#f0f8ff antiquewhite#faebd7 aqua#00ffff aquamarine#7fffd4 azure#f0ffff beige#f5f5dc bisque#ffe4c4
        black#000000 blanchedalmond#ffebcd blue#0000ff blueviolet#8a2be2 brown#a52a2a burlywood#deb887 cadetblue#5f9ea0
        chartreuse#7fff00 chocolate#d2691e coral#ff7f50 cornflowerblue#6495ed cornsilk#fff8dc crimson#dc143c
        darkblue#00008b darkcyan#008b8b darkgoldenrod#b8860b darkgrey#a9a9a9 darkgreen#006400 darkkhaki#bdb76b
        darkmagenta#8b008b darkolivegreen#556b2f darkorange#ff8c00 darkorchid#9932cc darkred#8b0000 darksalmon#e9967a
        darkseagreen#8fbc8f darkslateblue#483d8b darkslategrey#2f4f4f darkturquoise#00ced1 darkviolet#9400d3
        deeppink#ff1493 deepskyblue#00bfff dimgrey#696969 dodgerblue#1e90ff firebrick#b22222 floralwhite#fffaf0
        forestgreen#228b22 fuchsia#ff00ff gainsboro#dcdcdc ghostwhite#f8f8ff gold#ffd700 goldenrod#daa520 grey#808080
        green#008000 greenyellow#adff2f honeydew#f0fff0 hotpink#ff69b4 indianred#cd5c5c indigo#4b0082 ivory#fffff0
        khaki#f0e68c lavender#e6e6fa lavenderblush#fff0f5 lawngreen#7cfc00 lemonchiffon#fffacd lightblue#add8e6
        lightcoral#f08080 lightcyan#e0ffff lightgoldenrodyellow#fafad2 lightgrey#d3d3d3 lightgreen#90ee90
        lightpink#ffb6c1 lightsalmon#ffa07a lightseagreen#20b2aa lightskyblue#87cefa lightslategrey#778899
        lightsteelblue#b0c4de lightyellow#ffffe0 lime#00ff00 limegreen#32cd32 linen#faf0e6 maroon#800000
        mediumaquamarine#66cdaa mediumblue#0000cd mediumorchid#ba55d3 mediumpurple#9370db mediumseagreen#3cb371
        mediumslateblue#7b68ee mediumspringgreen#00fa9a mediumturquoise#48d1cc mediumvioletred#c71585
        midnightblue#191970 mintcream#f5fffa mistyrose#ffe4e1 moccasin#ffe4b5 navajowhite#ffdead navy#000080
        oldlace#fdf5e6 olive#808000 olivedrab#6b8e23 orange#ffa500 orangered#ff4500 orchid#da70d6 palegoldenrod#eee8aa
        palegreen#98fb98 paleturquoise#afeeee palevioletred#db7093 papayawhip#ffefd5 peachpuff#ffdab9 peru#cd853f
        pink#ffc0cb plum#dda0dd powderblue#b0e0e6 purple#800080 rebeccapurple#663399 red#ff0000 rosybrown#bc8f8f
        royalblue#4169e1 saddlebrown#8b4513 salmon#fa8072 sandybrown#f4a460 seagreen#2e8b57 seashell#fff5ee
        sienna#a0522d silver#c0c0c0 skyblue#87ceeb slateblue#6a5acd slategrey#708090 snow#fffafa springgreen#00ff7f
        steelblue#4682b4 tan#d2b48c teal#008080 thistle#d8bfd8 tomato#ff6347 turquoise#40e0d0 violet#ee82ee wheat#f5deb3
        white#ffffff whitesmoke#f5f5f5 yellow#ffff00 yellowgreen#9acd32
        """
}
