import CloudCore
import JSONValue

/// A log stream, as it is stored.
struct LogStream: Sendable, Equatable {
    var number: Int64
    var group: Int64
    var name: String
    /// Milliseconds, as all moments here.
    var created: Int64
    var firstEvent: Int64?
    var lastEvent: Int64?
    var lastIngestion: Int64?
    /// How often events were put.
    var sequence: Int64

    static let columns =
        "number, group_number, name, created, first_event, last_event, last_ingestion, sequence"

    init(_ row: PreparedStatement) {
        number = row.integer(0)
        group = row.integer(1)
        name = row.text(2)
        created = row.integer(3)
        firstEvent = row.optionalInteger(4)
        lastEvent = row.optionalInteger(5)
        lastIngestion = row.optionalInteger(6)
        sequence = row.integer(7)
    }

    /// As `DescribeLogStreams` tells it.
    func description(_ identity: CloudIdentity, group: LogGroup) -> JSONValue {
        var description: JSONObject = ["logStreamName": .string(name), "creationTime": JSONValue(created)]
        if let firstEvent { description["firstEventTimestamp"] = JSONValue(firstEvent) }
        if let lastEvent { description["lastEventTimestamp"] = JSONValue(lastEvent) }
        if let lastIngestion {
            description["lastIngestionTime"] = JSONValue(lastIngestion)
            description["uploadSequenceToken"] = .string(Self.sequenceToken(sequence))
        }
        description["arn"] = .string("\(group.arn(identity)):log-stream:\(name)")
        // No longer counted for streams.
        description["storedBytes"] = 0
        return .object(description)
    }

    /// The token that stands for a number of puts; 56 digits.
    static func sequenceToken(_ sequence: Int64) -> String { "49" + EventPosition.padded(sequence, 54) }
}
