import CloudCore
import JSONValue

/// What the platform says of a call once it has ended.
struct CallReport: Sendable, Equatable {
    /// How a call ended, where it did not end well.
    enum Status: String, Sendable {
        case success
        case failure
        case error
        case timeout
    }

    var requestID: String
    var duration: Duration
    var memorySize: Int
    /// Bytes.
    var peakMemory: Int?
    /// How long the environment's start took, where this call waited for it.
    var initDuration: Duration?
    var status: Status
    var errorType: String?

    /// The `REPORT` line.
    var line: String {
        var text = "REPORT RequestId: \(requestID)\tDuration: \(duration.millisecondText) ms\t"
        text += "Billed Duration: \(billed) ms\tMemory Size: \(memorySize) MB\tMax Memory Used: \(peakMegabytes) MB\t"
        if let initDuration { text += "Init Duration: \(initDuration.millisecondText) ms\t" }
        switch status {
        case .success, .failure: break
        case .error, .timeout:
            text += "Status: \(status.rawValue)\t"
            if let errorType { text += "Error Type: \(errorType)\t" }
        }
        return text
    }

    /// The record of a `platform.report` event, for functions that log in JSON.
    var record: JSONValue {
        var metrics: JSONObject = [
            "durationMs": .number(duration.millisecondText), "billedDurationMs": JSONValue(billed),
            "memorySizeMB": JSONValue(memorySize), "maxMemoryUsedMB": JSONValue(peakMegabytes),
        ]
        if let initDuration { metrics["initDurationMs"] = .number(initDuration.millisecondText) }
        var record: JSONObject = [
            "requestId": .string(requestID), "metrics": .object(metrics), "status": .string(status.rawValue),
        ]
        if let errorType { record["errorType"] = .string(errorType) }
        return .object(record)
    }

    private var billed: Int64 {
        let whole = duration.wholeMilliseconds
        return max(1, .milliseconds(whole) < duration ? whole + 1 : whole)
    }

    private var peakMegabytes: Int { peakMemory.map { ($0 + 1_048_575) / 1_048_576 } ?? 0 }
}

extension Duration {
    /// Milliseconds with two decimals, as reports write them: `3.01`.
    var millisecondText: String {
        let hundredths = components.seconds * 100_000 + components.attoseconds / 10_000_000_000_000
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
