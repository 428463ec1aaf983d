/// A colour that much of a picture has.
public struct DominantColor: Sendable, Equatable {
    /// How much red: 0…255.
    public var red: UInt8
    /// How much green: 0…255.
    public var green: UInt8
    /// How much blue: 0…255.
    public var blue: UInt8
    /// The nearest of the colours that CSS names, such as `darkslategrey`.
    public var cssName: String
    /// The nearest of twelve simple colours: `black`, `blue`, `brown`, `green`, `grey`, `orange`, `pink`, `purple`, `red`,
    /// `violet`, `white` or `yellow`.
    public var simpleName: String
    /// How much of the picture has it: 0…100.
    public var percent: Double

    /// A colour with its names.
    public init(red: UInt8, green: UInt8, blue: UInt8, cssName: String, simpleName: String, percent: Double) {
        self.red = red
        self.green = green
        self.blue = blue
        self.cssName = cssName
        self.simpleName = simpleName
        self.percent = percent
    }

    /// The colour as `#rrggbb`.
    public var hexCode: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
