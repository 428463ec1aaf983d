import JSONValue

/// A resource as the template writes it, before its properties are worked out.
struct ResourceEntry {
    let logicalID: String
    let typeName: String
    /// The type, where it is one that is known.
    let type: ResourceType?
    /// JSON Pointer of the resource.
    let path: String
    let body: JSONObject
    /// The condition that decides whether it exists.
    let condition: String?

    var propertiesPath: String { path + "/Properties" }
    var properties: JSONValue { body["Properties"] ?? .object([:]) }
}
