import CloudCore
import JSONValue

/// How a table's definition is kept in the store: JSON, so that later versions can add to it.
extension TableDefinition {
    var storedForm: JSONValue {
        var form: JSONObject = [
            "id": .string(id), "created": JSONValue(created.milliseconds),
            "attributes": .array(attributes.map { ["name": .string($0.name), "type": .string($0.type.rawValue)] }),
            "key": key.storedForm, "indexes": .array(indexes.map(\.storedForm)),
            "billing": billing.storedForm, "deletionProtected": .bool(isDeletionProtected),
            "settings": .object(settings),
            "tags": .array(tags.map { ["key": .string($0.key), "value": .string($0.value)] }),
        ]
        if let stream {
            form["stream"] = [
                "viewType": .string(stream.viewType.rawValue), "label": .string(stream.label),
                "enabled": .bool(stream.isEnabled),
            ]
        }
        if let timeToLive { form["timeToLive"] = .string(timeToLive.attribute) }
        if let origin {
            form["origin"] = [
                "backup": .string(origin.backupARN), "table": .string(origin.tableARN),
                "date": JSONValue(origin.date.milliseconds),
            ]
        }
        return .object(form)
    }

    init?(number: Int64, name: String, storedForm form: JSONValue) {
        guard let id = form["id"]?.string, let created = form["created"]?.int, let key = form["key"],
            let attributes = form["attributes"]?.array, let indexes = form["indexes"]?.array,
            let billing = form["billing"].flatMap({ Billing(storedForm: $0) })
        else { return nil }
        self.number = number
        self.name = name
        self.id = id
        self.created = Timestamp(milliseconds: Int64(created))
        let definitions = attributes.compactMap { KeyAttribute(storedForm: $0) }
        guard let schema = KeySchema(storedForm: key, attributes: definitions) else { return nil }
        self.attributes = definitions
        self.key = schema
        self.indexes = indexes.compactMap { IndexDefinition(storedForm: $0, attributes: definitions) }
        self.billing = billing
        isDeletionProtected = form["deletionProtected"]?.bool ?? false
        settings = form["settings"]?.object ?? [:]
        tags = (form["tags"]?.array ?? []).compactMap { tag in
            guard let key = tag["key"]?.string, let value = tag["value"]?.string else { return nil }
            return Tag(key: key, value: value)
        }
        timeToLive = form["timeToLive"]?.string.map { TimeToLive(attribute: $0) }
        origin = form["origin"].flatMap { origin in
            guard let backup = origin["backup"]?.string, let table = origin["table"]?.string,
                let date = origin["date"]?.int
            else { return nil }
            return RestoreOrigin(backupARN: backup, tableARN: table, date: Timestamp(milliseconds: Int64(date)))
        }
        stream = form["stream"].flatMap { stream in
            guard let type = stream["viewType"]?.string.flatMap(StreamDefinition.ViewType.init(rawValue:)),
                let label = stream["label"]?.string
            else { return nil }
            return StreamDefinition(viewType: type, label: label, isEnabled: stream["enabled"]?.bool ?? false)
        }
    }
}

extension KeyAttribute {
    fileprivate init?(storedForm form: JSONValue) {
        guard let name = form["name"]?.string, let type = form["type"]?.string.flatMap(AttributeType.init(rawValue:))
        else { return nil }
        self.init(name: name, type: type)
    }
}

extension KeySchema {
    fileprivate var storedForm: JSONValue { .array(attributes.map { .string($0.name) }) }

    fileprivate init?(storedForm form: JSONValue, attributes: [KeyAttribute]) {
        let found = (form.array ?? []).compactMap { name in attributes.first { .string($0.name) == name } }
        guard let hash = found.first else { return nil }
        self.init(hash: hash, range: found.count > 1 ? found[1] : nil)
    }
}

extension IndexDefinition {
    fileprivate var storedForm: JSONValue {
        var form: JSONObject = [
            "number": JSONValue(number), "name": .string(name), "local": .bool(isLocal), "key": key.storedForm,
            "projection": projection.json, "settings": .object(settings),
        ]
        form["throughput"] = throughput?.storedForm
        if isFilling { form["filling"] = true }
        return .object(form)
    }

    fileprivate init?(storedForm form: JSONValue, attributes: [KeyAttribute]) {
        guard let number = form["number"]?.int, let name = form["name"]?.string,
            let key = form["key"].flatMap({ KeySchema(storedForm: $0, attributes: attributes) })
        else { return nil }
        let projection: IndexProjection =
            switch form["projection"]?["ProjectionType"]?.string {
            case "KEYS_ONLY": .keysOnly
            case "INCLUDE": .include((form["projection"]?["NonKeyAttributes"]?.array ?? []).compactMap(\.string))
            default: .all
            }
        self.init(
            number: Int64(number), name: name, isLocal: form["local"]?.bool ?? false, key: key, projection: projection,
            settings: form["settings"]?.object ?? [:],
            throughput: form["throughput"].flatMap { Throughput(storedForm: $0) },
            isFilling: form["filling"]?.bool ?? false)
    }
}

extension Throughput {
    fileprivate var storedForm: JSONValue { [JSONValue(readUnits), JSONValue(writeUnits)] }

    fileprivate init?(storedForm form: JSONValue) {
        guard let read = form[0]?.int, let write = form[1]?.int else { return nil }
        self.init(readUnits: read, writeUnits: write)
    }
}

extension Billing {
    fileprivate var storedForm: JSONValue {
        var form: JSONObject = ["mode": .string(mode.rawValue), "throughput": throughput.storedForm]
        form["payPerRequestSince"] = payPerRequestSince.map { JSONValue($0.milliseconds) }
        return .object(form)
    }

    fileprivate init?(storedForm form: JSONValue) {
        guard let mode = form["mode"]?.string.flatMap(Mode.init(rawValue:)),
            let throughput = form["throughput"].flatMap({ Throughput(storedForm: $0) })
        else { return nil }
        self.init(
            mode: mode, throughput: throughput,
            payPerRequestSince: form["payPerRequestSince"]?.int.map { Timestamp(milliseconds: Int64($0)) })
    }
}
