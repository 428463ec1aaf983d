import CloudCore
import Foundation
import JSONValue

/// The file in the data directory that says where the cloud's clock was put last, so that the next cloud on this data
/// can go on from there, however this one ended.
public enum ClockFile {
    private static let name = "clock.json"

    /// Where the clock was put last; nil where nobody wrote that down.
    public static func read(in directory: String) -> ClockPosition? {
        guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(name)"),
            let value = try? JSONValue(parsing: bytes),
            let moment = value["moment"]?.string.flatMap({ Timestamp(iso8601: $0) }),
            let machine = value["machine"]?.string.flatMap({ Timestamp(iso8601: $0) })
        else { return nil }
        guard let factor = value["factor"] else {
            return ClockPosition(moment: moment, machine: machine, pace: .frozen)
        }
        guard let factor = factor.double, factor > 0 else { return nil }
        return ClockPosition(moment: moment, machine: machine, pace: .running(factor: factor))
    }

    /// Writes a position in place of the one before, whole or not at all.
    static func write(_ position: ClockPosition, in directory: String) throws {
        var value: JSONObject = [
            "moment": .string(position.moment.iso8601WithMilliseconds),
            "machine": .string(position.machine.iso8601WithMilliseconds),
        ]
        if case .running(let factor) = position.pace { value["factor"] = JSONValue(factor) }
        try Data(JSONValue.object(value).encoded()).write(
            to: URL(fileURLWithPath: "\(directory)/\(name)"), options: .atomic)
    }
}
