import CloudCore
import JSONValue

/// TagResource, UntagResource, ListTagsOfResource.
extension DynamoDBService {
    private static let tagLimit = 50

    func tagResource(_ input: RequestInput) async throws -> [UInt8] {
        let name = try tableName(ofResource: input)
        guard input.has("Tags") else { throw ItemWrite.missing("tags") }
        let tags = try Tag.list(input, "Tags")
        guard !tags.isEmpty else { throw DynamoDBErrors.validation("Atleast one Tag needs to be provided as Input.") }
        try await changeTags(of: name) { current in
            for tag in tags {
                current.removeAll { $0.key == tag.key }
                current.append(tag)
            }
            guard current.count <= Self.tagLimit else {
                throw DynamoDBErrors.validation("Too many tags: the limit for a resource is \(Self.tagLimit)")
            }
        }
        return []
    }

    func untagResource(_ input: RequestInput) async throws -> [UInt8] {
        let name = try tableName(ofResource: input)
        guard let keys = try input.strings("TagKeys") else { throw ItemWrite.missing("tagKeys") }
        guard !keys.isEmpty else {
            throw DynamoDBErrors.validation("Atleast one Tag Key needs to be provided as Input.")
        }
        try await changeTags(of: name) { current in current.removeAll { keys.contains($0.key) } }
        return []
    }

    func listTagsOfResource(_ input: RequestInput) throws -> [UInt8] {
        let name = try tableName(ofResource: input)
        guard let table = catalog.find(name) else { throw Self.resourceNotFound(input) }
        let tags = table.tags.map { ["Key": .string($0.key), "Value": .string($0.value)] as JSONValue }
        return JSONValue.object(["Tags": .array(tags)]).encoded()
    }

    private func changeTags(
        of name: String, _ change: @escaping @Sendable (inout [Tag]) throws -> Void
    ) async throws {
        try await changeTables { [catalog] database in
            guard var table = catalog.find(name) else { throw DynamoDBErrors.tableNotFound(name) }
            try change(&table.tags)
            try TableWriter(database: database).update(table)
            catalog.put(table)
        }
    }

    private func tableName(ofResource input: RequestInput) throws -> String {
        guard let arn = try input.string("ResourceArn") else { throw ItemWrite.missing("resourceArn") }
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "dynamodb", parts[5].hasPrefix("table/") else {
            throw DynamoDBErrors.validation("Invalid TableArn: Invalid ResourceArn provided as input \(arn)")
        }
        let name = String(parts[5].dropFirst(6).prefix { $0 != "/" })
        guard catalog.find(name) != nil else { throw Self.resourceNotFound(input) }
        return name
    }

    private static func resourceNotFound(_ input: RequestInput) -> ServiceError {
        ServiceError(
            "ResourceNotFoundException",
            "Requested resource not found: ResourcArn: \(input.value("ResourceArn")?.string ?? "") not found")
    }
}

extension Tag {
    static func list(_ input: RequestInput, _ member: String) throws -> [Tag] {
        try (input.inputs(member) ?? []).map { element in
            guard let key = try element.string("Key"), let value = try element.string("Value") else {
                throw ItemWrite.missing("tags.1.member.key")
            }
            guard (1...128).contains(key.count), value.count <= 256 else {
                throw DynamoDBErrors.validation(
                    "A tag's key has 1 to 128 characters, and its value up to 256: \(key)")
            }
            return Tag(key: key, value: value)
        }
    }
}
