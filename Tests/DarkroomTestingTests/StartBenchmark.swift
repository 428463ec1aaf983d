import DarkroomTesting
import Foundation
import Testing

/// How long a cloud of one's own takes: `DARKROOM_BENCHMARK=1 swift test --filter StartBenchmark`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["DARKROOM_BENCHMARK"] != nil), .serialized)
struct StartBenchmark {
    @Test func startAndEnd() async throws {
        try await CounterTemplate.withFile { template in
            var whole: [Duration] = []
            var ready: [Duration] = []
            var answered: [Duration] = []
            for _ in 0..<20 {
                let began = ContinuousClock.now
                let (start, first) = try await withLocalCloud(
                    template: template, functions: .inProcess(counterFunctions)
                ) { cloud in
                    let start = ContinuousClock.now - began
                    _ = try await cloud.request(.post, "/counts/ada")
                    return (start, ContinuousClock.now - began - start)
                }
                whole.append(ContinuousClock.now - began - first)
                ready.append(start)
                answered.append(first)
            }
            print("start          ", Self.text(ready))
            print("first request  ", Self.text(answered))
            print("start and end  ", Self.text(whole))
        }
    }

    private static func text(_ durations: [Duration]) -> String {
        let sorted = durations.sorted()
        let milliseconds = [sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1]].map {
            String(format: "%.1f", $0 / .milliseconds(1))
        }
        return "least \(milliseconds[0]) ms, median \(milliseconds[1]) ms, most \(milliseconds[2]) ms"
    }
}
