/// A block of IP addresses, of version 4 or 6: what `cidr` names.
struct AddressRange: Sendable {
    private let lowest: [UInt8]
    private let highest: [UInt8]

    /// One address; nil for a text that is none.
    init?(address: String) {
        guard let bytes = Self.bytes(of: address) else { return nil }
        lowest = bytes
        highest = bytes
    }

    /// A block such as `10.0.0.0/24`. As the service reads it, it begins at the address that is written.
    init(block: String) throws(EventPatternError) {
        let parts = block.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw EventPatternError("Malformed CIDR, one '/' required") }
        guard let bits = Int(parts[1]) else {
            throw EventPatternError("Malformed CIDR, mask bits must be an integer")
        }
        guard bits >= 0 else { throw EventPatternError("Malformed CIDR, mask bits must not be negative") }
        guard let bytes = Self.bytes(of: String(parts[0])) else {
            throw EventPatternError("Nonstandard IP address: \(parts[0])")
        }
        guard bits < bytes.count * 8 else {
            throw EventPatternError(
                bytes.count == 4 ? "IPv4 mask bits must be < 32" : "IPv6 mask bits must be < 128")
        }
        lowest = bytes
        highest = bytes.enumerated().map { index, byte in
            let kept = bits - index * 8
            return kept >= 8 ? byte : kept <= 0 ? 0xFF : byte | 0xFF >> UInt8(kept)
        }
    }

    func contains(_ text: String) -> Bool {
        guard let bytes = Self.bytes(of: text), bytes.count == lowest.count else { return false }
        return !bytes.lexicographicallyPrecedes(lowest) && !highest.lexicographicallyPrecedes(bytes)
    }

    /// The 4 or 16 bytes of an address; nil for any other text.
    static func bytes(of text: String) -> [UInt8]? {
        guard text.utf8.count <= 45 else { return nil }
        return text.utf8.contains(UInt8(ascii: ":")) ? version6(text) : version4(text)
    }

    private static func version4(_ text: String) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard !part.isEmpty, part.allSatisfy({ (0x30...0x39).contains($0) }),
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: String) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard (3...9).contains(parts.count) else { return nil }
        var groups: [UInt16?] = []
        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                // At an end, `::` makes two empty parts, of which one says nothing.
                let isEdge = index == 0 || index == parts.count - 1
                let neighbour = index == 0 ? 1 : index - 1
                if isEdge {
                    guard parts[neighbour].isEmpty else { return nil }
                    continue
                }
                groups.append(nil)
            } else {
                guard part.count <= 4, let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                    part.first != UInt8(ascii: "+"), part.first != UInt8(ascii: "-")
                else { return nil }
                groups.append(group)
            }
        }
        let gaps = groups.count { $0 == nil }
        guard gaps == 0 ? groups.count == 8 : gaps == 1 && groups.count <= 8 else { return nil }
        var bytes: [UInt8] = []
        for group in groups {
            if let group {
                bytes += [UInt8(group >> 8), UInt8(truncatingIfNeeded: group)]
            } else {
                bytes += [UInt8](repeating: 0, count: 2 * (9 - groups.count))
            }
        }
        return bytes
    }
}
