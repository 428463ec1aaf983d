import CloudCore
import JSONValue

/// What counts as an index's or a table's size.
struct StoredSize: Sendable, Equatable {
    var items = 0
    var bytes = 0
}

extension TableDefinition {
    /// `TableDescription`, as CreateTable, DescribeTable, UpdateTable and DeleteTable answer it.
    ///
    /// - Parameters:
    ///   - sizes: by the number of an index; 0 stands for the table.
    ///   - creating: the indexes that this very call makes.
    func description(
        identity: CloudIdentity, status: String, sizes: [Int64: StoredSize], creating: Set<String> = []
    ) -> JSONObject {
        let arn = arn(identity)
        let size = sizes[0] ?? StoredSize()
        var description: JSONObject = [
            "AttributeDefinitions": .array(
                attributes.map { ["AttributeName": .string($0.name), "AttributeType": .string($0.type.rawValue)] }),
            "TableName": .string(name), "KeySchema": key.json, "TableStatus": .string(status),
            "CreationDateTime": JSONValue(created.epochSeconds), "ProvisionedThroughput": billing.throughput.json,
            "TableSizeBytes": JSONValue(size.bytes), "ItemCount": JSONValue(size.items), "TableArn": .string(arn),
            "TableId": .string(id), "DeletionProtectionEnabled": .bool(isDeletionProtected),
        ]
        if let since = billing.payPerRequestSince {
            description["BillingModeSummary"] = [
                "BillingMode": .string(billing.mode.rawValue),
                "LastUpdateToPayPerRequestDateTime": JSONValue(since.epochSeconds),
            ]
        }
        for (member, list) in [("LocalSecondaryIndexes", localIndexes), ("GlobalSecondaryIndexes", globalIndexes)]
        where !list.isEmpty {
            description[member] = .array(
                list.map { index in
                    .object(
                        index.description(
                            tableARN: arn,
                            status: index.isFilling || creating.contains(index.name) ? "CREATING" : "ACTIVE",
                            size: sizes[index.number] ?? StoredSize()))
                })
        }
        if let stream {
            if stream.isEnabled {
                description["StreamSpecification"] = [
                    "StreamEnabled": true, "StreamViewType": .string(stream.viewType.rawValue),
                ]
            }
            description["LatestStreamLabel"] = .string(stream.label)
            description["LatestStreamArn"] = .string("\(arn)/stream/\(stream.label)")
        }
        if let tableClass = settings["TableClass"] { description["TableClassSummary"] = ["TableClass": tableClass] }
        description["SSEDescription"] = encryption(identity)
        if let origin {
            description["RestoreSummary"] = [
                "SourceBackupArn": .string(origin.backupARN), "SourceTableArn": .string(origin.tableARN),
                "RestoreDateTime": JSONValue(origin.date.epochSeconds),
                "RestoreInProgress": .bool(status == "CREATING"),
            ]
        }
        for member in ["OnDemandThroughput", "WarmThroughput"] {
            if let value = settings[member] { description[member] = value }
        }
        return description
    }

    /// `SSEDescription`; nil where the table is encrypted as every table is.
    func encryption(_ identity: CloudIdentity) -> JSONValue? {
        guard settings["SSESpecification"]?["Enabled"]?.bool == true else { return nil }
        return [
            "Status": "ENABLED", "SSEType": settings["SSESpecification"]?["SSEType"] ?? "KMS",
            "KMSMasterKeyArn": settings["SSESpecification"]?["KMSMasterKeyId"]
                ?? .string(identity.arn("kms", "alias/aws/dynamodb")),
        ]
    }
}

extension IndexDefinition {
    fileprivate func description(tableARN: String, status: String, size: StoredSize) -> JSONObject {
        var description: JSONObject = [
            "IndexName": .string(name), "KeySchema": key.json, "Projection": projection.json,
            "IndexSizeBytes": JSONValue(size.bytes), "ItemCount": JSONValue(size.items),
            "IndexArn": .string("\(tableARN)/index/\(name)"),
        ]
        if !isLocal {
            description["IndexStatus"] = .string(status)
            if isFilling { description["Backfilling"] = true }
            description["ProvisionedThroughput"] = (throughput ?? Throughput(readUnits: 0, writeUnits: 0)).json
        }
        for (member, value) in settings { description[member] = value }
        return description
    }
}
