import JSONValue

/// What the classes of the models are called, and what they are kinds of: `labels.json`.
struct Vocabulary: Sendable {
    /// A name and what belongs to it.
    struct Entry: Sendable, Equatable {
        var name: String
        /// From the general to the particular.
        var parents: [Int]
        var aliases: [String]
        var categories: [String]
    }

    /// All that can be said.
    let entries: [Entry]
    /// For each class of the classifier its place in ``entries``.
    let classes: [Int]
    /// For each class of the detector its place in ``entries``.
    let objects: [Int]

    /// Reads the file of a model folder.
    init(models: ModelFolder) throws(RecognitionError) {
        let bytes = try models.contents(of: .vocabulary)
        guard let vocabulary = Vocabulary(parsing: bytes) else {
            throw .modelUnusable(
                path: "\(models.path)/\(ModelFile.vocabulary.rawValue)", reason: "it is no table of labels")
        }
        self = vocabulary
    }

    /// Reads the table; nil when it is none, or does not hold together.
    init?(parsing bytes: [UInt8]) {
        guard let json = try? JSONDocument(parsing: bytes).value, let labels = json["labels"]?.array,
            let classes = json["classes"]?.array, let objects = json["objects"]?.array
        else { return nil }
        var places: [String: Int] = [:]
        for (place, label) in labels.enumerated() {
            guard let name = label["name"]?.string else { return nil }
            places[name] = place
        }
        func texts(_ value: JSONValue?) -> [String]? { value?.array?.compactMap(\.string) }
        var entries: [Entry] = []
        for label in labels {
            guard let name = label["name"]?.string, let parents = texts(label["parents"]),
                let aliases = texts(label["aliases"]), let categories = texts(label["categories"])
            else { return nil }
            let parentPlaces = parents.compactMap { places[$0] }
            guard parentPlaces.count == parents.count else { return nil }
            entries.append(Entry(name: name, parents: parentPlaces, aliases: aliases, categories: categories))
        }
        self.entries = entries
        self.classes = classes.compactMap(\.int).filter(entries.indices.contains)
        self.objects = objects.compactMap(\.int).filter(entries.indices.contains)
        guard self.classes.count == classes.count, self.objects.count == objects.count else { return nil }
    }
}
