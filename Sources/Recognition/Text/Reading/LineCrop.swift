/// One line of text, cut out of a picture and turned upright, as the reading model takes it.
struct LineCrop {
    /// The height that the model reads at.
    static let rows = 48
    /// The widest line that is read at once, in heights.
    static let widest = 20.0

    /// Shape `[1, 3, rows, columns]`, blue, green, red, each -1...1.
    let tensor: Tensor
    let ink: InkProfile

    /// A rectangle that reaches beyond the picture continues with its nearest edge.
    init(_ rectangle: OrientedRectangle, of image: PixelImage) {
        let ratio = rectangle.width / max(rectangle.height, 1e-6)
        let columns = Int((min(max(ratio, 0.25), Self.widest) * Double(Self.rows)).rounded())
        let planes = Self.sampled(rectangle, of: image, columns: columns)
        ink = InkProfile(contrasts: Self.contrasts(of: planes, columns: columns))
        tensor = Tensor(checkedShape: [1, 3, Self.rows, columns], values: planes)
    }

    /// Coordinates of pixels with a fraction of so many bits.
    private static let fraction = 24

    /// Each place is the mean of `spread * spread` bilinear samples, so many that none of the picture's pixels is left out
    /// where it gets smaller.
    private static func sampled(_ rectangle: OrientedRectangle, of image: PixelImage, columns: Int) -> [Float] {
        let along = rectangle.axis * (rectangle.width / Double(columns))
        let across = rectangle.down * (rectangle.height / Double(rows))
        let spread = Int(min(max(max(along.length, across.length).rounded(.up), 1), 8))
        let scale = Double(1 << fraction)
        func fixed(_ value: Double) -> Int { Int((min(max(value, -1e6), 1e6) * scale).rounded()) }
        let (alongX, alongY) = (fixed(along.x / Double(spread)), fixed(along.y / Double(spread)))
        let (acrossX, acrossY) = (fixed(across.x / Double(spread)), fixed(across.y / Double(spread)))
        // The first sample's place, counted from the middle of the picture's first pixel.
        let origin =
            rectangle.point(0, 0) + along / Double(2 * spread) + across / Double(2 * spread) - PlaneVector(0.5, 0.5)
        let (originX, originY) = (fixed(origin.x), fixed(origin.y))
        let place = columns * rows
        // Sums of samples of 0...255, each with weights of 256 * 256, to -1...1.
        let normal = 1 / (127.5 * 65_536 * Float(spread * spread))
        return image.pixels.withUnsafeBufferPointer { pixels in
            [Float](unsafeUninitializedCapacity: 3 * place) { planes, count in
                guard let base = planes.baseAddress, let source = pixels.baseAddress else { return }
                var row = 0
                while row < rows {
                    var column = 0
                    while column < columns {
                        var (red, green, blue) = (0, 0, 0)
                        var j = row * spread
                        while j < (row + 1) * spread {
                            var x = originX &+ j &* acrossX &+ column &* spread &* alongX
                            var y = originY &+ j &* acrossY &+ column &* spread &* alongY
                            var i = 0
                            while i < spread {
                                add(source, image.width, image.height, x, y, &red, &green, &blue)
                                x = x &+ alongX
                                y = y &+ alongY
                                i = i &+ 1
                            }
                            j = j &+ 1
                        }
                        let index = row &* columns &+ column
                        base[index] = Float(blue) * normal - 1
                        base[index &+ place] = Float(green) * normal - 1
                        base[index &+ 2 &* place] = Float(red) * normal - 1
                        column = column &+ 1
                    }
                    row = row &+ 1
                }
                count = 3 * place
            }
        }
    }

    /// Adds the bilinear sample at a place, times 65,536.
    @inline(__always)
    private static func add(
        _ pixels: UnsafePointer<UInt8>, _ width: Int, _ height: Int, _ x: Int, _ y: Int, _ red: inout Int,
        _ green: inout Int, _ blue: inout Int
    ) {
        var left = x &>> fraction
        var right = left &+ 1
        var top = y &>> fraction
        var bottom = top &+ 1
        if left < 0 { left = 0 } else if left >= width { left = width &- 1 }
        if right < 0 { right = 0 } else if right >= width { right = width &- 1 }
        if top < 0 { top = 0 } else if top >= height { top = height &- 1 }
        if bottom < 0 { bottom = 0 } else if bottom >= height { bottom = height &- 1 }
        let toRight = (x &>> (fraction &- 8)) & 255
        let toBottom = (y &>> (fraction &- 8)) & 255
        let a = pixels + 3 &* (top &* width &+ left)
        let b = pixels + 3 &* (top &* width &+ right)
        let c = pixels + 3 &* (bottom &* width &+ left)
        let d = pixels + 3 &* (bottom &* width &+ right)
        let weightA = (256 &- toRight) &* (256 &- toBottom)
        let weightB = toRight &* (256 &- toBottom)
        let weightC = (256 &- toRight) &* toBottom
        let weightD = toRight &* toBottom
        red =
            red &+ Int(a[0]) &* weightA &+ Int(b[0]) &* weightB &+ Int(c[0]) &* weightC &+ Int(d[0]) &* weightD
        green =
            green &+ Int(a[1]) &* weightA &+ Int(b[1]) &* weightB &+ Int(c[1]) &* weightC &+ Int(d[1]) &* weightD
        blue =
            blue &+ Int(a[2]) &* weightA &+ Int(b[2]) &* weightB &+ Int(c[2]) &* weightC &+ Int(d[2]) &* weightD
    }

    /// How much the green of each column varies. The rows at the top and the foot are left out: they may show other lines.
    private static func contrasts(of planes: [Float], columns: Int) -> [Float] {
        planes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return [] }
            let green = base + columns * rows
            return [Float](unsafeUninitializedCapacity: columns) { contrasts, count in
                var column = 0
                while column < columns {
                    var least = green[4 &* columns &+ column]
                    var greatest = least
                    var row = 5
                    while row < rows &- 4 {
                        let value = green[row &* columns &+ column]
                        if value < least { least = value }
                        if value > greatest { greatest = value }
                        row = row &+ 1
                    }
                    contrasts[column] = greatest - least
                    column = column &+ 1
                }
                count = columns
            }
        }
    }
}
