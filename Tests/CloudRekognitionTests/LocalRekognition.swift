import CloudCore
import Digests
import JSONValue
import NIOCore
import Recognition
import Synchronization
import Testing

@testable import CloudRekognition

/// A service with a recogniser and a bucket of the test's own, spoken to in process.
struct LocalRekognition {
    let service: RekognitionService

    init(
        _ recognizer: FakeRecognizer = FakeRecognizer(), objects: FakeBucket = FakeBucket(),
        rules: RecognitionRules = .none, capacity: RequestCapacity = RequestCapacity()
    ) {
        service = RekognitionService(recognizer: recognizer, objects: objects, rules: rules, capacity: capacity)
    }

    /// Makes a call in the JSON protocol.
    func call(_ operation: String, _ input: JSONValue) async -> RekognitionAnswer {
        await send(operation, input.encoded())
    }

    func send(_ operation: String, _ body: [UInt8]) async -> RekognitionAnswer {
        let request = CloudRequest(
            method: "POST", target: "/",
            headers: [
                "X-Amz-Target": "RekognitionService.\(operation)", "Content-Type": "application/x-amz-json-1.1",
                "Content-Length": String(body.count),
            ], body: RequestBody(ByteBuffer(bytes: body)))
        return RekognitionAnswer(await service.respond(to: request, call: ServiceCall(requestID: "REQUEST")))
    }
}

/// What the service answered.
struct RekognitionAnswer {
    let status: Int
    let json: JSONValue

    init(_ response: CloudResponse) {
        status = response.status
        if case .bytes(let bytes) = response.body {
            json = (try? JSONValue(parsing: bytes.readableBytesView)) ?? .null
        } else {
            json = .null
        }
    }

    var error: String? { json["__type"]?.string }
    var message: String? { json["message"]?.string ?? json["Message"]?.string }
    subscript(name: String) -> JSONValue? { json[name] }

    /// The names of the labels.
    var labels: [String] { (json["Labels"]?.array ?? []).compactMap { $0["Name"]?.string } }
    /// What was read, lines and words.
    var texts: [String] { (json["TextDetections"]?.array ?? []).compactMap { $0["DetectedText"]?.string } }
}

/// A recogniser that sees and reads what the test says.
final class FakeRecognizer: PictureRecognizer {
    let size: (width: Int, height: Int)
    let seen: [RecognizedLabel]
    let read: [TextDetection]
    let failure: RecognitionError?
    /// Runs while a picture is looked at.
    let during: @Sendable () async -> Void
    private let looks = Mutex(0)

    init(
        width: Int = 100, height: Int = 100, labels: [RecognizedLabel] = [], text: [TextDetection] = [],
        failure: RecognitionError? = nil, during: @escaping @Sendable () async -> Void = {}
    ) {
        size = (width, height)
        seen = labels
        read = text
        self.failure = failure
        self.during = during
    }

    /// How often labels or text were asked for.
    var lookCount: Int { looks.withLock { $0 } }

    func decode(_ bytes: [UInt8]) async throws -> PixelImage {
        let pixels = [UInt8](repeating: 128, count: size.width * size.height * 3)
        return try #require(PixelImage(width: size.width, height: size.height, pixels: pixels))
    }

    func labels(in image: PixelImage) async throws -> [RecognizedLabel] {
        try await look()
        return seen
    }

    func text(in image: PixelImage) async throws -> [TextDetection] {
        try await look()
        return read
    }

    func properties(of image: PixelImage, foreground: [BoundingBox]) async throws -> ImageProperties {
        let quality = ImageProperties.Quality(brightness: 50, sharpness: Double(foreground.count), contrast: 10)
        let colors = (0..<12).map {
            DominantColor(
                red: UInt8($0), green: 0, blue: 255, cssName: "blue", simpleName: "blue", percent: Double(50 - $0))
        }
        return ImageProperties(
            whole: .init(quality: quality, dominantColors: colors), foreground: nil,
            background: .init(quality: quality, dominantColors: []))
    }

    private func look() async throws {
        looks.withLock { $0 += 1 }
        await during()
        if let failure { throw failure }
    }
}

/// A bucket that holds what the test says, under `pictures`.
struct FakeBucket: ObjectReader {
    var objects: [String: [UInt8]] = [:]

    func read(bucket: String, key: String, version: String?, limit: Int) async throws -> ObjectReading {
        guard bucket == "pictures", version == nil, let bytes = objects[key] else { return .missing }
        return bytes.count > limit ? .larger(bytes.count) : .bytes(bytes)
    }
}

/// Bytes that begin as pictures do.
enum Samples {
    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
    static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]
    static let gif = Array("GIF89a...".utf8)

    /// An `Image` of bytes.
    static func image(_ bytes: [UInt8] = png) -> JSONValue { ["Bytes": .string(Base64.encode(bytes))] }
    /// An `Image` of an object.
    static func object(_ key: String, bucket: String = "pictures", version: String? = nil) -> JSONValue {
        var object: JSONObject = ["Bucket": .string(bucket), "Name": .string(key)]
        object["Version"] = version.map { .string($0) }
        return ["S3Object": .object(object)]
    }

    static let labels = [
        RecognizedLabel(
            name: "Cat", confidence: 98, parents: ["Animal", "Mammal"], aliases: ["Kitty"],
            categories: ["Animals and Pets"],
            instances: [
                LabelInstance(
                    box: BoundingBox(left: 0.1, top: 0.2, width: 0.5, height: 0.25), confidence: 97.5,
                    dominantColors: [
                        DominantColor(red: 1, green: 2, blue: 3, cssName: "black", simpleName: "black", percent: 80)
                    ])
            ]),
        RecognizedLabel(
            name: "Sofa", confidence: 70, parents: ["Furniture"], categories: ["Furniture and Furnishings"]),
        RecognizedLabel(name: "Rug", confidence: 56, categories: ["Furniture and Furnishings"]),
        RecognizedLabel(name: "Dog", confidence: 20, parents: ["Animal"], categories: ["Animals and Pets"]),
    ]

    static func detection(
        _ text: String, _ kind: TextDetection.Kind, _ id: Int, of parent: Int? = nil, confidence: Double = 99,
        _ left: Double, _ top: Double, _ width: Double, _ height: Double
    ) -> TextDetection {
        let box = BoundingBox(left: left, top: top, width: width, height: height)
        return TextDetection(
            text: text, kind: kind, id: id, parentID: parent, confidence: confidence, box: box, polygon: box.corners)
    }

    static let text = [
        detection("MIND THE GAP", .line, 0, 0.1, 0.1, 0.8, 0.1), detection("exit", .line, 1, 0.4, 0.8, 0.2, 0.05),
        detection("MIND", .word, 2, of: 0, 0.1, 0.1, 0.3, 0.1),
        detection("THE", .word, 3, of: 0, confidence: 85, 0.45, 0.1, 0.15, 0.1),
        detection("GAP", .word, 4, of: 0, 0.65, 0.1, 0.25, 0.1),
        detection("exit", .word, 5, of: 1, confidence: 60, 0.4, 0.8, 0.2, 0.05),
    ]
}
