import CloudCore
import JSONValue

/// A `KeySchema` as it was given.
struct KeySchemaInput: Sendable {
    var elements: [(name: String, role: String)]

    init?(_ input: RequestInput, _ member: String, path: String = "keySchema", _ constraints: inout Constraints) throws
    {
        guard let list = try input.inputs(member) else { return nil }
        elements = []
        if list.isEmpty { constraints.violate(path, "[]", "Member must have length greater than or equal to 1") }
        if list.count > 2 {
            let shown = list.map { JSONValue.object($0.members).text() }.joined(separator: ", ")
            constraints.violate(path, "[\(shown)]", "Member must have length less than or equal to 2")
        }
        for (index, element) in list.enumerated() {
            let name = try element.string("AttributeName")
            let role = try element.string("KeyType")
            constraints.require("\(path).\(index + 1).member.attributeName", name != nil)
            constraints.require("\(path).\(index + 1).member.keyType", role != nil)
            guard let name, let role else { continue }
            if role != "HASH", role != "RANGE" {
                constraints.violate(
                    "\(path).\(index + 1).member.keyType", role, "Member must satisfy enum value set: [HASH, RANGE]")
            }
            elements.append((name, role))
        }
    }

    /// The schema with the types that the definitions give.
    func resolved(_ definitions: [KeyAttribute], isTable: Bool) throws -> KeySchema {
        let names = elements.map(\.name)
        let found = names.compactMap { name in definitions.first { $0.isNamed(name) } }
        guard let hash = found.first, found.count == names.count else {
            throw isTable && names.count == 2
                ? DynamoDBErrors.validation("Invalid KeySchema: Some index key attribute have no definition")
                : DynamoDBErrors.invalidParameter(
                    "Some index key attributes are not defined in AttributeDefinitions. "
                        + "Keys: [\(names.joined(separator: ", "))], "
                        + "AttributeDefinitions: [\(definitions.map(\.name).joined(separator: ", "))]")
        }
        guard Set(names.map(ExactText.init)).count == names.count else {
            throw DynamoDBErrors.validation(
                "Both the Hash Key and the Range Key element in the KeySchema have the same name")
        }
        guard elements[0].role == "HASH" else {
            throw DynamoDBErrors.validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
        }
        guard elements.count == 1 || elements[1].role == "RANGE" else {
            throw DynamoDBErrors.validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
        }
        return KeySchema(hash: hash, range: found.count > 1 ? found[1] : nil)
    }
}
