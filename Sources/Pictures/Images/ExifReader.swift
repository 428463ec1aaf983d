/// What the service wants of a picture's EXIF block (a TIFF structure; CIPA DC-008).
///
/// The block is an ornament: where it is damaged, the picture is taken and the block is not.
struct ExifReader {
    private enum Tag {
        static let orientation = 0x0112
        static let exifDirectory = 0x8769
        static let taken = 0x9003
        static let digitised = 0x9004
        static let offsetTaken = 0x9011
        static let offsetDigitised = 0x9012
    }

    private struct Entry {
        var kind: Int
        var count: Int
        /// The four bytes that hold the value, or say where it is.
        var place: Int
    }

    /// How the picture must be turned to be seen upright, 1 to 8; nil where the block does not say.
    private(set) var orientation: Int?
    private(set) var takenAt: PhotographTime?

    private let bytes: [UInt8]
    private let isBigEndian: Bool

    /// Reads a TIFF block.
    init?(_ block: some Collection<UInt8>) {
        bytes = Array(block)
        switch bytes.prefix(4) {
        case [0x49, 0x49, 0x2A, 0x00]: isBigEndian = false
        case [0x4D, 0x4D, 0x00, 0x2A]: isBigEndian = true
        default: return nil
        }
        guard let start = number(at: 4, width: 4), let main = directory(at: start) else { return nil }
        orientation = main[Tag.orientation].flatMap(integer).flatMap { (1...8).contains($0) ? $0 : nil }
        guard let place = main[Tag.exifDirectory].flatMap(integer), let exif = directory(at: place) else { return }
        takenAt =
            time(exif[Tag.taken], exif[Tag.offsetTaken]) ?? time(exif[Tag.digitised], exif[Tag.offsetDigitised])
    }

    private func time(_ entry: Entry?, _ offset: Entry?) -> PhotographTime? {
        entry.flatMap(text).flatMap { PhotographTime(exif: $0, offset: offset.flatMap(text)) }
    }

    private func directory(at place: Int) -> [Int: Entry]? {
        guard let count = number(at: place, width: 2) else { return nil }
        var entries: [Int: Entry] = [:]
        for index in 0..<count {
            let start = place + 2 + index * 12
            guard let tag = number(at: start, width: 2), let kind = number(at: start + 2, width: 2),
                let count = number(at: start + 4, width: 4), start + 12 <= bytes.count
            else { break }
            entries[tag] = Entry(kind: kind, count: count, place: start + 8)
        }
        return entries
    }

    /// A value of one short (3) or long (4) integer.
    private func integer(_ entry: Entry) -> Int? {
        switch (entry.kind, entry.count) {
        case (3, 1): number(at: entry.place, width: 2)
        case (4, 1): number(at: entry.place, width: 4)
        default: nil
        }
    }

    /// A value of ASCII text (2), without the zero at its end.
    private func text(_ entry: Entry) -> String? {
        guard entry.kind == 2, (1...64).contains(entry.count) else { return nil }
        guard let start = entry.count <= 4 ? entry.place : number(at: entry.place, width: 4),
            start <= bytes.count - entry.count
        else { return nil }
        return String(decoding: bytes[start..<start + entry.count].prefix { $0 != 0 }, as: UTF8.self)
    }

    private func number(at place: Int, width: Int) -> Int? {
        guard place >= 0, place <= bytes.count - width else { return nil }
        let part = bytes[place..<place + width]
        return isBigEndian ? part.reduce(0) { $0 << 8 | Int($1) } : part.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
