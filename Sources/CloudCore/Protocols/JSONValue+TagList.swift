import JSONValue

extension JSONValue {
    /// Tags as most services show them: a list of `Key` and `Value`, in the order of the keys.
    public init(tagList tags: [String: String]) {
        self = .array(tags.sorted { $0.key < $1.key }.map { ["Key": .string($0.key), "Value": .string($0.value)] })
    }
}
