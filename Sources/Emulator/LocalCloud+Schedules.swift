import CloudCore
import JSONValue

extension LocalCloud {
    /// Everything that fires by itself from one moment until before another: enabled rules and schedules, in order.
    ///
    /// - Parameter limit: how many moments at most.
    public func fireTimes(from: Timestamp, to: Timestamp, limit: Int = 100_000) -> [PlannedFiring] {
        services.fireTimes(from: from, to: to, limit: limit)
    }
}

extension CloudServices {
    func fireTimes(from: Timestamp, to: Timestamp, limit: Int) -> [PlannedFiring] {
        PlannedFiring.merged(
            [
                events.fireTimes(from: from, to: to, limit: limit),
                scheduler.fireTimes(from: from, to: to, limit: limit),
            ], limit: limit)
    }
}

extension PlannedFiring {
    /// The moment as `/_darkroom/schedules` tells it.
    var json: JSONValue {
        var members: JSONObject = [
            "time": .string(time.iso8601), "name": .string(name), "arn": .string(arn),
            "targets": .array(targets.map { .string($0) }),
        ]
        members["flexibleMinutes"] = flexibleMinutes.map { JSONValue($0) }
        return .object(members)
    }
}
