import Foundation
import Recognition
import Testing

/// The small pictures of the tests, and what another program sees in them.
enum TestPictures {
    /// The files that have an expectation beside them.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let expected = Set(files.filter { $0.hasSuffix(".ppm") }.map { $0.dropLast(4) })
        return files.filter { !$0.hasSuffix(".ppm") && expected.contains($0.prefix { $0 != "." }) }.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// The picture in a file of the PPM format, as Pillow writes it.
    static func expectation(_ name: String) throws -> PixelImage {
        let bytes = try bytes("\(name.prefix { $0 != "." }).ppm")
        var words: [Int] = []
        var place = 2
        while words.count < 3 {
            let digits = bytes[place...].drop { $0 <= 32 }.prefix { $0 > 32 }
            words.append(try #require(Int(String(decoding: digits, as: UTF8.self))))
            place = digits.endIndex
        }
        return try #require(PixelImage(width: words[0], height: words[1], pixels: Array(bytes[(place + 1)...])))
    }

    private static var folder: URL {
        let resources = Bundle.module.resourceURL ?? URL(fileURLWithPath: ".")
        return resources.appendingPathComponent("Pictures")
    }
}

/// The contents of a file.
func contents(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
