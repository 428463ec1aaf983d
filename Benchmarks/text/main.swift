import Foundation
import JSONValue
import Recognition

// Reads the text in the pictures that are named, and prints one line of JSON for each: what it says, where, and how long that
// took. `pages.py` beside this compares it with what was drawn.

/// The most memory that the process has had, in MB.
func peakMemory() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
}

let environment = ProcessInfo.processInfo.environment
let recognizer = Recognizer(models: .standard(environment: environment), requestsAtOnce: 1)
let repeats = Int(environment["REPEATS"] ?? "") ?? 1

/// The time that the process has computed, which other programs on the machine do not lengthen.
func processorMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
}

// Loads what text needs, so that the first picture is measured without it.
if let blank = PixelImage(width: 64, height: 64, pixels: [UInt8](repeating: 255, count: 3 * 64 * 64)) {
    _ = try await recognizer.text(in: blank)
}
for path in CommandLine.arguments.dropFirst() {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let image = try await recognizer.decode(bytes)
    var best = Double.infinity
    var found: [TextDetection] = []
    for _ in 0..<repeats {
        let start = processorMilliseconds()
        found = try await recognizer.text(in: image)
        best = min(best, processorMilliseconds() - start)
    }
    let answer: JSONValue = [
        "file": .string(path), "milliseconds": .number("\(best)"), "megabytes": .number("\(peakMemory())"),
        "detections": .array(found.map { JSONValue($0) }),
    ]
    print(answer.text())
}
