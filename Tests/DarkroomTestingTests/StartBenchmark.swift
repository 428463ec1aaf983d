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
            // One line that `make bench ARGS=testing` reads.
            let measured = [("start", ready), ("first request", answered), ("start and end", whole)]
            let figures = measured.flatMap(Self.figures)
            print("{\(figures.joined(separator: ", "))}")
        }
    }

    private static func figures(_ name: String, _ durations: [Duration]) -> [String] {
        let sorted = durations.sorted()
        return [("least", sorted[0]), ("median", sorted[sorted.count / 2])].map {
            String(format: "\"\(name), \($0)\": %.2f", $1 / .milliseconds(1))
        }
    }
}
