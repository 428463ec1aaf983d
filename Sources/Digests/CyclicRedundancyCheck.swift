/// The cyclic redundancy checks that Amazon S3 offers as object checksums.
///
/// All three are reflected, start from all ones and end inverted; they differ in width and polynomial. Eight tables let
/// the loop take eight bytes a step.
public struct CyclicRedundancyCheck: Sendable {
    private let tables: [[UInt64]]
    private let mask: UInt64
    private var state: UInt64
    /// Bytes in the check: 4 or 8.
    public let byteCount: Int

    private init(polynomial: UInt64, byteCount: Int, tables: [[UInt64]]) {
        mask = byteCount == 8 ? .max : (1 << (byteCount * 8)) - 1
        state = mask
        self.byteCount = byteCount
        self.tables = tables
    }

    /// CRC-32 (ISO-HDLC), as in zip, PNG and `x-amz-checksum-crc32`.
    public static var crc32: CyclicRedundancyCheck { .init(polynomial: 0xEDB8_8320, byteCount: 4, tables: crc32Tables) }
    /// CRC-32C (Castagnoli).
    public static var crc32c: CyclicRedundancyCheck {
        .init(polynomial: 0x82F6_3B78, byteCount: 4, tables: crc32cTables)
    }
    /// CRC-64/NVME.
    public static var crc64nvme: CyclicRedundancyCheck {
        .init(polynomial: 0x9A6C_9329_AC4B_C9B5, byteCount: 8, tables: crc64Tables)
    }

    private static let crc32Tables = tables(0xEDB8_8320)
    private static let crc32cTables = tables(0x82F6_3B78)
    private static let crc64Tables = tables(0x9A6C_9329_AC4B_C9B5)

    private static func tables(_ polynomial: UInt64) -> [[UInt64]] {
        let first = (0..<256).map { index in
            (0..<8).reduce(UInt64(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
        }
        var tables = [first]
        for _ in 1..<8 {
            let last = tables[tables.count - 1]
            tables.append(last.map { $0 >> 8 ^ first[Int($0 & 0xFF)] })
        }
        return tables
    }

    /// Takes in more bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var state = state
        var at = 0
        tables.withUnsafeBufferPointer { tables in
            let (t0, t1, t2, t3) = (tables[0], tables[1], tables[2], tables[3])
            let (t4, t5, t6, t7) = (tables[4], tables[5], tables[6], tables[7])
            while at + 8 <= bytes.count {
                let block = state ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                let low = t7[Int(block & 0xFF)] ^ t6[Int(block >> 8 & 0xFF)] ^ t5[Int(block >> 16 & 0xFF)]
                let middle = t4[Int(block >> 24 & 0xFF)] ^ t3[Int(block >> 32 & 0xFF)] ^ t2[Int(block >> 40 & 0xFF)]
                state = low ^ middle ^ t1[Int(block >> 48 & 0xFF)] ^ t0[Int(block >> 56)]
                at += 8
            }
            while at < bytes.count {
                state = state >> 8 ^ t0[Int((state ^ UInt64(bytes[at])) & 0xFF)]
                at += 1
            }
        }
        self.state = state
    }

    /// Takes in more bytes.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        let fast: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
        if fast == nil { Array(bytes).withUnsafeBytes { update($0) } }
    }

    /// The check of all that was taken in so far.
    public var value: UInt64 { (state ^ mask) & mask }

    /// The check in network byte order, as protocols write it.
    public var bytes: [UInt8] { (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
}
