extension JSONObject {
    /// An object of texts, in the order of their keys: what a dictionary is written as so that it always reads the same.
    public init(texts: [String: String]) {
        self.init(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    /// The members that are texts.
    public var texts: [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in self { texts[key] = value.string }
        return texts
    }
}
