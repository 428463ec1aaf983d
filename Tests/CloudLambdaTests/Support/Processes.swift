import Foundation

/// Looks at the processes of this machine.
enum Processes {
    /// The processes of a group that have not ended.
    static func running(inGroup group: Int) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int($0) }.filter { number in
            guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { return false }
            // State, parent, group.
            let fields = text[text.index(after: end)...].split(separator: " ")
            return fields.count > 2 && fields[2] == String(group) && fields[0] != "Z" && fields[0] != "X"
        }
    }
}
