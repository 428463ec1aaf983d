import Testing

@testable import Recognition

@Suite("Recognition with the models", .enabled(if: TestModels.arePresent, "\(TestModels.missing)"))
struct RecognizerTests {
    @Test(
        "Photographs show what they show",
        .enabled(if: !TestModels.photographs.isEmpty, "the photographs are missing: run `make test-photographs`"))
    func photographs() async throws {
        let classifier = try ImageClassifier(models: TestModels.folder)
        var first = 0
        var amongFive = 0
        for (path, number) in TestModels.photographs {
            let probabilities = try classifier.probabilities(of: PixelImage(decoding: contents(path)))
            #expect(abs(probabilities.reduce(0, +) - 1) < 0.01)
            let best = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }.prefix(5)
            first += best.first == number ? 1 : 0
            amongFive += best.contains(number) ? 1 : 0
        }
        #expect(TestModels.photographs.count == 20)
        #expect(first >= 18 && amongFive == 20)
    }

    @Test(
        "Labels have names that people use, kinds and boxes",
        .enabled(if: !TestModels.photographs.isEmpty, "the photographs are missing: run `make test-photographs`"))
    func labels() async throws {
        let dog = try #require(TestModels.photographs.first { $0.number == 251 })
        let labels = try await sharedRecognizer.labels(in: sharedRecognizer.decode(contents(dog.path)))
        let dalmatian = try #require(labels.first { $0.name == "Dalmatian" })
        #expect(dalmatian.confidence > 50 && dalmatian.parents == ["Animal", "Pet", "Mammal", "Canine", "Dog"])
        let animal = try #require(labels.first { $0.name == "Animal" })
        #expect(animal.confidence >= dalmatian.confidence && animal.categories == ["Animals and Pets"])
        let found = try #require(labels.first { $0.name == "Dog" }?.instances.first)
        #expect(found.box.area > 0.1 && found.box == found.box.clamped && !found.dominantColors.isEmpty)
    }

    @Test("Pictures at once give what they give one by one")
    func concurrency() async throws {
        let names = ["jpeg-444.jpg", "png-rgba.png", "gif-still.gif", "webp-lossy.webp"]
        var alone: [[RecognizedLabel]] = []
        for name in names {
            alone.append(try await sharedRecognizer.labels(in: sharedRecognizer.decode(TestPictures.bytes(name))))
        }
        let together = try await withThrowingTaskGroup(of: (Int, [RecognizedLabel]).self) { group in
            for turn in 0..<8 {
                group.addTask {
                    let image = try await sharedRecognizer.decode(TestPictures.bytes(names[turn % names.count]))
                    return (turn % names.count, try await sharedRecognizer.labels(in: image))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for (place, labels) in together { #expect(labels == alone[place]) }
    }

    @Test("An embedding is the same for the same picture, and another for another")
    func embedding() async throws {
        let first = try await sharedRecognizer.decode(TestPictures.bytes("jpeg-444.jpg"))
        let second = try await sharedRecognizer.decode(TestPictures.bytes("jpeg-gray.jpg"))
        let embedding = try await sharedRecognizer.embedding(of: first)
        #expect(embedding.count == 1280)
        #expect(try await sharedRecognizer.embedding(of: first) == embedding)
        #expect(try await sharedRecognizer.embedding(of: second) != embedding)
    }

    @Test("Pictures of extreme shapes are looked at", arguments: [(1, 1), (3000, 1), (1, 3000)])
    func extremes(width: Int, height: Int) async throws {
        let pixels = [UInt8](repeating: 90, count: 3 * width * height)
        let image = try #require(PixelImage(width: width, height: height, pixels: pixels))
        for label in try await sharedRecognizer.labels(in: image) { #expect((10...100).contains(label.confidence)) }
        _ = try await sharedRecognizer.properties(of: image, foreground: [])
    }

    @Test("A model is asked for what it has")
    func unknownOutput() throws {
        let model = try Model(.labels, in: TestModels.folder)
        #expect(model.outputs == ["probabilities", "embedding"])
        let input = Tensor(checkedShape: [1, 3, 2, 2], values: [Float](repeating: 0, count: 12))
        #expect(throws: RecognitionError.self) { try model.run(input) }
        #expect(throws: RecognitionError.self) { try model.run(input, outputs: ["nothing"]) }
    }

    @Test("The table of names fits the models")
    func vocabulary() throws {
        let vocabulary = try Vocabulary(models: TestModels.folder)
        #expect(vocabulary.classes.count == 1000 && vocabulary.objects.count == 80)
        for entry in vocabulary.entries {
            #expect(entry.name.first?.isUppercase == true || entry.name == "iPod")
            #expect(!entry.categories.isEmpty)
        }
        #expect(vocabulary.entries[vocabulary.objects[0]].name == "Person")
    }
}

@Suite("Recognition without the models")
struct RecognizerWithoutModelsTests {
    @Test("What needs models says that they are missing, the rest works")
    func missing() async throws {
        let recognizer = Recognizer(models: ModelFolder(path: "/nowhere"))
        let missing = RecognitionError.modelsMissing(folder: "/nowhere")
        let image = try await recognizer.decode(TestPictures.bytes("jpeg-444.jpg"))
        await #expect(throws: missing) { try await recognizer.prepare() }
        await #expect(throws: missing) { try await recognizer.labels(in: image) }
        await #expect(throws: missing) { try await recognizer.text(in: image) }
        #expect(try await recognizer.properties(of: image, foreground: []).whole.dominantColors.isEmpty == false)
    }
}
