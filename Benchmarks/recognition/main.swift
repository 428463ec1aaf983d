// Measures recognition, and tells how often it is right.
//
//   recognition-figures PHOTOGRAPHS PAGE
//
// PHOTOGRAPHS is a folder of pictures whose names end in the number of their class of ImageNet (…_243.jpg); PAGE is a picture
// of six lines of text. The result is one JSON object on standard output; times are in milliseconds, memory in MB.

import Foundation
import JSONValue
import Recognition

/// The shortest and the middle one of the times that a piece of work takes; the machine's other work lengthens them.
func times(_ count: Int, _ work: () async throws -> Void) async throws -> (shortest: Double, middle: Double) {
    var all: [Double] = []
    for _ in 0..<count {
        let start = ContinuousClock.now
        try await work()
        all.append(Double((ContinuousClock.now - start) / .microseconds(1)) / 1000)
    }
    all.sort()
    return (all[0], all[all.count / 2])
}

/// What the system counts as the process's memory: now, or at most.
func memory(_ field: String) throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix(field) } ?? ""
    return (Double(line.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "") ?? 0) / 1024
}

func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    print("recognition-figures PHOTOGRAPHS PAGE")
    exit(2)
}
let models = ModelFolder.standard(environment: ProcessInfo.processInfo.environment)
var figures: JSONObject = [:]
@MainActor func tell(_ name: String, _ value: Double) { figures[name] = JSONValue((value * 100).rounded() / 100) }
@MainActor func tell(_ name: String, _ times: (shortest: Double, middle: Double)) {
    tell(name, times.shortest)
    tell(name + ", middle", times.middle)
}

let recognizer = Recognizer(models: models)
tell("load", try await times(1) { try await recognizer.prepare() }.shortest)
tell("RSS loaded", try memory("VmRSS"))
tell("RSS while loading, at most", try memory("VmHWM"))

let files = try FileManager.default.contentsOfDirectory(atPath: arguments[1]).sorted()
let photographs = try files.compactMap { file -> (image: PixelImage, bytes: [UInt8], number: Int)? in
    guard let number = Int(file.prefix { $0 != "." }.split(separator: "_").last ?? "") else { return nil }
    let content = try bytes("\(arguments[1])/\(file)")
    return (try PixelImage(decoding: content), content, number)
}
if let photograph = photographs.first {
    let image = photograph.image
    let page = try PixelImage(decoding: bytes(arguments[2]))
    tell("decode", try await times(20) { _ = try PixelImage(decoding: photograph.bytes) })
    tell("labels and boxes", try await times(20) { _ = try await recognizer.labels(in: image) })
    tell("properties", try await times(20) { _ = try await recognizer.properties(of: image, foreground: []) })
    tell("text, six lines", try await times(8) { _ = try await recognizer.text(in: page) })
    let one = try await times(8) { _ = try await recognizer.labels(in: image) }
    let two = try await times(8) {
        async let left = recognizer.labels(in: image)
        async let right = recognizer.labels(in: image)
        _ = try await (left, right)
    }
    tell("two at once, of one", two.shortest / one.shortest)
}
tell("RSS at most", try memory("VmHWM"))

// Each model by itself: loaded once more, and so after the memory was measured.
let classifier = try ImageClassifier(models: models)
let detector = try ObjectDetector(models: models)
var first = 0
var amongFive = 0
for photograph in photographs {
    let probabilities = try classifier.probabilities(of: photograph.image)
    let best = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }.prefix(5)
    first += best.first == photograph.number ? 1 : 0
    amongFive += best.contains(photograph.number) ? 1 : 0
}
tell("photographs", Double(photographs.count))
tell("top 1", Double(first))
tell("top 5", Double(amongFive))
if let image = photographs.first?.image {
    tell("classify", try await times(20) { _ = try classifier.probabilities(of: image) })
    tell("boxes", try await times(20) { _ = try detector.detections(in: image) })
}
print(JSONValue.object(figures).text(.pretty))
