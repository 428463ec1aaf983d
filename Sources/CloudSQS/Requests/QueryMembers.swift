import CloudCore
import JSONValue

/// How the query protocol writes the members that the JSON protocol knows, both ways.
///
/// Names are the same in all operations, so that one table serves. Source: the service's model in its query form.
struct QueryMember: Sendable {
    indirect enum Form: Sendable {
        case text, integer, boolean
        case list(Form)
        case structure([QueryMember])
        /// Entries of a name and a value, called as told.
        case map(key: String, value: String, Form)
    }

    var name: String
    /// What the query protocol calls it; lists are flattened: `Name.1`, `<Name>`.
    var queryNames: [String]
    var form: Form

    private init(_ name: String, _ form: Form, _ queryNames: String...) {
        self.name = name
        self.form = form
        self.queryNames = queryNames.isEmpty ? [name] : queryNames
    }

    private static let attributeValue = Form.structure([
        QueryMember("StringValue", .text), QueryMember("BinaryValue", .text), QueryMember("DataType", .text),
        QueryMember("StringListValues", .list(.text), "StringListValue"),
        QueryMember("BinaryListValues", .list(.text), "BinaryListValue"),
    ])

    private static let messageMembers = [
        QueryMember("MessageBody", .text),
        QueryMember("DelaySeconds", .integer),
        QueryMember("MessageAttributes", .map(key: "Name", value: "Value", attributeValue), "MessageAttribute"),
        QueryMember(
            "MessageSystemAttributes", .map(key: "Name", value: "Value", attributeValue), "MessageSystemAttribute"),
        QueryMember("MessageDeduplicationId", .text),
        QueryMember("MessageGroupId", .text),
        QueryMember("ReceiptHandle", .text),
        QueryMember("VisibilityTimeout", .integer),
    ]

    /// What requests have.
    static let input =
        messageMembers + [
            QueryMember("QueueUrl", .text),
            QueryMember("QueueName", .text),
            QueryMember("QueueOwnerAWSAccountId", .text),
            QueryMember("QueueNamePrefix", .text),
            QueryMember("NextToken", .text),
            QueryMember("MaxResults", .integer),
            QueryMember("Attributes", .map(key: "Name", value: "Value", .text), "Attribute", "Attributes"),
            QueryMember("tags", .map(key: "Key", value: "Value", .text), "Tag", "tags"),
            QueryMember("Tags", .map(key: "Key", value: "Value", .text), "Tag", "Tags"),
            QueryMember("TagKeys", .list(.text), "TagKey", "TagKeys"),
            QueryMember("AttributeNames", .list(.text), "AttributeName", "AttributeNames"),
            QueryMember(
                "MessageSystemAttributeNames", .list(.text), "MessageSystemAttributeName",
                "MessageSystemAttributeNames"),
            QueryMember("MessageAttributeNames", .list(.text), "MessageAttributeName", "MessageAttributeNames"),
            QueryMember("MaxNumberOfMessages", .integer),
            QueryMember("WaitTimeSeconds", .integer),
            QueryMember("ReceiveRequestAttemptId", .text),
            QueryMember(
                "Entries", .list(.structure([QueryMember("Id", .text)] + messageMembers)),
                "SendMessageBatchRequestEntry", "DeleteMessageBatchRequestEntry",
                "ChangeMessageVisibilityBatchRequestEntry", "Entries"),
            QueryMember("Label", .text),
            QueryMember("AWSAccountIds", .list(.text), "AWSAccountId", "AWSAccountIds"),
            QueryMember("Actions", .list(.text), "ActionName", "Actions"),
            QueryMember("SourceArn", .text),
            QueryMember("DestinationArn", .text),
            QueryMember("MaxNumberOfMessagesPerSecond", .integer),
            QueryMember("TaskHandle", .text),
        ]

    /// Lists and maps of answers; everything else is an element of its own name.
    private static let output: [String: (name: String, key: String)] = [
        "Attributes": ("Attribute", "Name"),
        "MessageAttributes": ("MessageAttribute", "Name"),
        "Tags": ("Tag", "Key"),
        "Messages": ("Message", ""),
        "QueueUrls": ("QueueUrl", ""),
        "queueUrls": ("QueueUrl", ""),
        "Failed": ("BatchResultErrorEntry", ""),
        "Results": ("ListMessageMoveTasksResultEntry", ""),
    ]

    // MARK: Reading

    /// The input of an operation as the JSON protocol would have it.
    static func object(_ parameters: QueryParameters, _ members: [QueryMember] = input) -> JSONObject {
        var object = JSONObject()
        for member in members {
            for name in member.queryNames {
                guard let found = parameters[name] else { continue }
                object[member.name] = value(found, member.form)
                break
            }
        }
        return object
    }

    private static func value(_ parameters: QueryParameters, _ form: Form) -> JSONValue {
        switch form {
        case .text: return .string(parameters.value ?? "")
        case .integer:
            // What is no number stays a text, which the operation refuses.
            let text = parameters.value ?? ""
            return Int(text).map { JSONValue($0) } ?? .string(text)
        case .boolean: return .bool(parameters.value == "true")
        case .list(let form):
            // A bare empty name is how an empty list is written.
            if parameters.isLeaf, parameters.value?.isEmpty != false { return [] }
            return .array(parameters.elements.map { value($0, form) })
        case .structure(let members): return .object(object(parameters, members))
        case .map(let key, let valueName, let form):
            var object = JSONObject()
            for entry in parameters.elements {
                guard let name = entry.text(key) ?? entry.text("key") else { continue }
                object[name] = (entry[valueName] ?? entry["value"]).map { value($0, form) } ?? ""
            }
            return .object(object)
        }
    }

    // MARK: Writing

    /// Writes the output of an operation.
    static func write(_ object: JSONObject, of action: String, to writer: inout XMLWriter) {
        for (name, value) in object {
            let element = name == "Successful" ? action + "ResultEntry" : output[name]?.name ?? name
            switch value {
            case .array(let elements):
                for item in elements {
                    if case .object(let members) = item {
                        writer.element(element) { write(members, of: action, to: &$0) }
                    } else {
                        writer.element(element, text(item))
                    }
                }
            case .object(let members):
                guard let key = output[name]?.key, !key.isEmpty else {
                    writer.element(element) { write(members, of: action, to: &$0) }
                    continue
                }
                for (name, value) in members {
                    writer.element(element) { writer in
                        writer.element(key, name)
                        if case .object(let members) = value {
                            writer.element("Value") { write(members, of: action, to: &$0) }
                        } else {
                            writer.element("Value", text(value))
                        }
                    }
                }
            default: writer.element(element, text(value))
            }
        }
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? value.text() }
}
