/// How resources are called, and which names each service takes.
///
/// A resource without an explicit name is called `<stack>-<logical id>`: what CloudFormation calls it, without the
/// random part at its end. So the name stays the same from run to run, a person recognises it, and code that wrongly
/// takes the logical id for the name fails here as it would on AWS.
enum ResourceNaming {
    /// The rules for the names of one kind of resource.
    struct Rules {
        var minimum = 1
        var maximum: Int
        var allowed: String
        var isAllowed: @Sendable (UInt8) -> Bool
    }

    @Sendable private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    static func rules(for type: ResourceType) -> Rules? {
        switch type {
        case .serverlessFunction, .function:
            Rules(maximum: 64, allowed: "letters, digits, '-' and '_'", isAllowed: isWord)
        case .queue:
            Rules(maximum: 80, allowed: "letters, digits, '-' and '_'", isAllowed: isWord)
        case .simpleTable, .table:
            Rules(minimum: 3, maximum: 255, allowed: "letters, digits, '-', '_' and '.'") {
                isWord($0) || $0 == UInt8(ascii: ".")
            }
        case .rule, .schedule:
            Rules(maximum: 64, allowed: "letters, digits, '-', '_' and '.'") { isWord($0) || $0 == UInt8(ascii: ".") }
        case .bucket:
            Rules(minimum: 3, maximum: 63, allowed: "lower-case letters, digits, '-' and '.'") {
                isWord($0) && !(0x41...0x5A).contains($0) && $0 != UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
            }
        default: nil
        }
    }

    /// What is wrong with a name, as a clause; nil when the service would take it.
    static func fault(of name: String, for type: ResourceType) -> String? {
        guard let rules = rules(for: type) else { return nil }
        var text = name[...]
        if type == .queue, text.hasSuffix(".fifo") { text = text.dropLast(5) }
        if name.utf8.count < rules.minimum || name.utf8.count > rules.maximum {
            return "it must be \(rules.minimum) to \(rules.maximum) characters long and has \(name.utf8.count)"
        }
        guard text.utf8.allSatisfy(rules.isAllowed), !text.isEmpty else { return "it may only hold \(rules.allowed)" }
        guard type == .bucket else { return nil }
        let isMark = { (byte: UInt8?) in byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") }
        if isMark(text.utf8.first) || isMark(text.utf8.last) {
            return "it must begin and end with a letter or a digit"
        }
        if text.contains("..") { return "it may not hold two dots in a row" }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) { return "it may not look like an IP address" }
        return nil
    }

    /// The name of a resource that has none of its own.
    static func derived(stack: String, logicalID: String, type: ResourceType?, isFIFO: Bool = false) -> String {
        var name = "\(stack)-\(logicalID)"
        if type == .bucket { name = name.lowercased() }
        let suffix = isFIFO ? ".fifo" : ""
        let limit = (type.flatMap { rules(for: $0) }?.maximum ?? 128) - suffix.utf8.count
        if name.utf8.count > limit {
            // Cut in the middle of nothing but ASCII: logical ids and stack names hold letters, digits and hyphens.
            name = name.prefix(limit - 9) + "-" + identifier(for: name, length: 8)
        }
        return name + suffix
    }

    /// Lower-case letters and digits that are always the same for the same text, as the ids of APIs are.
    static func identifier(for text: String, length: Int) -> String {
        let digits = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var identifier: [UInt8] = []
        var round: UInt8 = 0
        while identifier.count < length {
            // FNV-1a; it has to spread names, not to resist anybody.
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in [round] + Array(text.utf8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            for _ in 0..<10 where identifier.count < length {
                identifier.append(digits[Int(hash % 36)])
                hash /= 36
            }
            round += 1
        }
        return String(decoding: identifier, as: UTF8.self)
    }
}
