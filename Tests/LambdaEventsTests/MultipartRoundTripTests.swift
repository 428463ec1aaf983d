import Testing

@testable import LambdaEvents

/// A generator that gives the same numbers every time (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

@Suite struct MultipartRoundTripTests {
    /// Pieces of which contents are made: what a boundary is made of, again and again, so that near misses abound.
    private static let pieces: [[UInt8]] = [
        [13, 10], [13], [10], Array("--".utf8), Array("-".utf8), Array("B".utf8), Array("Bb".utf8), [0], [0xFF, 0xD8],
        Array("\r\n--B".utf8), Array("\r\n\r\n".utf8), Array(": form-data".utf8), [0x20],
    ]

    private func contents(_ random: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...40, using: &random)).flatMap { _ in
            Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)]
        }
    }

    @Test(arguments: UInt64(1)...40)
    func randomFormsComeBack(_ seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        for _ in 0..<25 {
            // Longer than any run of the pieces that is likely, and checked all the same.
            let boundary = String(
                (0..<Int.random(in: 3...8, using: &random)).map { _ in "Bb-".randomElement(using: &random) ?? "B" })
            let delimiter = Array("\r\n--\(boundary)".utf8)
            var parts: [(name: String, body: [UInt8])] = []
            for index in 0..<Int.random(in: 0...5, using: &random) {
                let body = contents(&random)
                let within = [13, 10] + body + [13, 10]
                if within.indices.contains(where: { within[$0...].starts(with: delimiter) }) { continue }
                parts.append(("part \(index)", body))
            }
            var bytes: [UInt8] = []
            for part in parts {
                bytes += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"\r\n\r\n".utf8)
                bytes += part.body + [13, 10]
            }
            bytes += Array("--\(boundary)--\r\n".utf8)
            let form = try MultipartForm(parsing: bytes, boundary: boundary)
            #expect(form.parts.map(\.name) == parts.map(\.name))
            #expect(form.parts.map { Array($0.body) } == parts.map(\.body))
        }
    }

    @Test(arguments: UInt64(1)...20)
    func brokenFormsNeverTrap(_ seed: UInt64) {
        var random = SeededGenerator(state: seed)
        let whole = Array(
            "--Bb\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''%41\r\nX: y\r\n\r\n1\r\n--Bb\r\n\r\n\r\n--Bb--\r\n"
                .utf8)
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                default: bytes.removeSubrange(place...)
                }
            }
            // Any outcome will do that is one of ours; parts that are found lie within the body.
            do throws(MultipartError) {
                for part in try MultipartForm(parsing: bytes, boundary: "Bb").parts {
                    #expect(bytes.indices.contains(part.body.startIndex) || part.body.isEmpty)
                    #expect(part.body.endIndex <= bytes.count)
                }
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
