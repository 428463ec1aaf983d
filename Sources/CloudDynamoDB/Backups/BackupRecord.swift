import CloudCore
import JSONValue

/// A backup: what it is called, the table as it was, and how much of it there is. Its items are in a file of their own.
struct BackupRecord: Sendable, Equatable {
    enum Status: String, Sendable {
        case creating = "CREATING"
        case available = "AVAILABLE"
        case deleted = "DELETED"
    }

    var arn: String
    var name: String
    var created: Timestamp
    /// The table at that moment, with all that was said of it.
    var table: TableDefinition
    /// Items and the bytes that they count for.
    var size = StoredSize()
    /// CRC-32 of the file, by which a restore knows it whole.
    var checksum: UInt64 = 0

    /// A backup that begins now.
    ///
    /// - Parameter digits: eight hexadecimal digits that tell backups of one millisecond apart.
    init(name: String, of table: TableDefinition, at now: Timestamp, digits: String, identity: CloudIdentity) {
        let moment = String(now.milliseconds)
        let identifier = "\(String(repeating: "0", count: max(0, 14 - moment.count)))\(moment)-\(digits)"
        arn = "\(table.arn(identity))/backup/\(identifier)"
        self.name = name
        created = now
        self.table = table
    }

    /// The part of the ARN behind the last `/`; it names the file.
    var identifier: String { String(arn.split(separator: "/").last ?? "") }
}

/// How a backup's record is kept in the store.
extension BackupRecord {
    var storedForm: JSONValue {
        [
            "name": .string(name), "created": JSONValue(created.milliseconds), "tableName": .string(table.name),
            "table": table.storedForm, "items": JSONValue(size.items), "bytes": JSONValue(size.bytes),
            "checksum": .string(String(checksum)),
        ]
    }

    init?(arn: String, storedForm form: JSONValue) {
        guard let name = form["name"]?.string, let created = form["created"]?.int,
            let tableName = form["tableName"]?.string,
            let table = form["table"].flatMap({ TableDefinition(number: 0, name: tableName, storedForm: $0) }),
            let items = form["items"]?.int, let bytes = form["bytes"]?.int,
            let checksum = form["checksum"]?.string.flatMap({ UInt64($0) })
        else { return nil }
        self.arn = arn
        self.name = name
        self.created = Timestamp(milliseconds: Int64(created))
        self.table = table
        size = StoredSize(items: items, bytes: bytes)
        self.checksum = checksum
    }
}

/// The shapes on the wire.
extension BackupRecord {
    /// `BackupDetails`.
    func details(_ status: Status) -> JSONObject {
        [
            "BackupArn": .string(arn), "BackupName": .string(name), "BackupSizeBytes": JSONValue(size.bytes),
            "BackupStatus": .string(status.rawValue), "BackupType": "USER",
            "BackupCreationDateTime": JSONValue(created.epochSeconds),
        ]
    }

    /// `BackupSummary`, as ListBackups tells it.
    func summary(_ status: Status, _ identity: CloudIdentity) -> JSONValue {
        var summary: JSONObject = [
            "TableName": .string(table.name), "TableId": .string(table.id), "TableArn": .string(table.arn(identity)),
        ]
        for (member, value) in details(status) { summary[member] = value }
        return .object(summary)
    }

    /// `BackupDescription`.
    func description(_ status: Status, _ identity: CloudIdentity) -> JSONValue {
        let billing = table.billing
        var source: JSONObject = [
            "TableName": .string(table.name), "TableId": .string(table.id), "TableArn": .string(table.arn(identity)),
            "TableSizeBytes": JSONValue(size.bytes), "KeySchema": table.key.json,
            "TableCreationDateTime": JSONValue(table.created.epochSeconds),
            "ProvisionedThroughput": billing.throughput.ordered, "ItemCount": JSONValue(size.items),
            "BillingMode": .string(billing.mode.rawValue),
        ]
        source["OnDemandThroughput"] = table.settings["OnDemandThroughput"]
        return [
            "BackupDetails": .object(details(status)), "SourceTableDetails": .object(source),
            "SourceTableFeatureDetails": .object(features(identity)),
        ]
    }

    private func features(_ identity: CloudIdentity) -> JSONObject {
        var features: JSONObject = [:]
        for (member, list) in [
            ("LocalSecondaryIndexes", table.localIndexes), ("GlobalSecondaryIndexes", table.globalIndexes),
        ] where !list.isEmpty { features[member] = .array(list.map(\.info)) }
        if let stream = table.stream, stream.isEnabled {
            features["StreamDescription"] = [
                "StreamEnabled": true, "StreamViewType": .string(stream.viewType.rawValue),
            ]
        }
        var timeToLive: JSONObject = ["TimeToLiveStatus": table.timeToLive == nil ? "DISABLED" : "ENABLED"]
        if let attribute = table.timeToLive?.attribute { timeToLive["AttributeName"] = .string(attribute) }
        features["TimeToLiveDescription"] = .object(timeToLive)
        features["SSEDescription"] = table.encryption(identity)
        return features
    }
}

extension IndexDefinition {
    /// `LocalSecondaryIndexInfo` or `GlobalSecondaryIndexInfo`.
    fileprivate var info: JSONValue {
        var info: JSONObject = [
            "IndexName": .string(name), "KeySchema": key.json, "Projection": projection.json,
        ]
        if !isLocal {
            info["ProvisionedThroughput"] = (throughput ?? Throughput(readUnits: 0, writeUnits: 0)).ordered
            info["OnDemandThroughput"] = settings["OnDemandThroughput"]
        }
        return .object(info)
    }
}

extension Throughput {
    /// `ProvisionedThroughput`: what was ordered, without what became of it.
    fileprivate var ordered: JSONValue {
        ["ReadCapacityUnits": JSONValue(readUnits), "WriteCapacityUnits": JSONValue(writeUnits)]
    }
}
