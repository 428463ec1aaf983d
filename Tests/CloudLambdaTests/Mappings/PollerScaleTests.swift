import Testing

@testable import CloudLambda

@Suite struct PollerScaleTests {
    @Test func standardQueuesBeginWithFiveAndGrowByThreeHundredAMinute() {
        var scale = PollerScale(isFIFO: false, maximumConcurrency: nil)
        #expect(scale.allowed == 5)
        for _ in 0..<60 { scale.grow() }
        #expect(scale.allowed == 305)
        for _ in 0..<600 { scale.grow() }
        #expect(scale.allowed == 1000 && !scale.canGrow)
        scale.rest()
        #expect(scale.allowed == 5)
    }

    @Test(arguments: [(2, 2, 2), (5, 5, 5), (8, 5, 8), (1000, 5, 1000)])
    func theMaximumIsKept(_ most: Int, _ first: Int, _ last: Int) {
        var scale = PollerScale(isFIFO: false, maximumConcurrency: most)
        #expect(scale.allowed == first)
        for _ in 0..<1000 { scale.grow() }
        #expect(scale.allowed == last)
    }

    @Test func fifoQueuesAreBoundByTheirGroupsAlone() {
        #expect(PollerScale(isFIFO: true, maximumConcurrency: nil).allowed == 1000)
        #expect(PollerScale(isFIFO: true, maximumConcurrency: 3).allowed == 3)
    }

    @Test func failuresOnEndHalveAndRest() {
        var scale = PollerScale(isFIFO: false, maximumConcurrency: nil)
        var rests: [Duration?] = []
        var allowed: [Int] = []
        for _ in 0..<11 {
            rests.append(scale.failed(in: scale.round))
            allowed.append(scale.allowed)
        }
        #expect(allowed == [2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
        let milliseconds = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]
        #expect(rests == [nil] + milliseconds.map { .milliseconds($0) })
        #expect(!scale.canGrow)
        scale.succeeded()
        #expect(scale.failures == 0 && scale.allowed == 2)
        for _ in 0..<10 { scale.succeeded() }
        #expect(scale.allowed == 5)
        #expect(scale.failed(in: scale.round) == nil)
    }

    @Test func batchesOfOneRoundFailOnce() {
        var scale = PollerScale(isFIFO: false, maximumConcurrency: nil)
        let round = scale.round
        for _ in 0..<5 { #expect(scale.failed(in: round) == nil) }
        #expect(scale.failures == 1 && scale.allowed == 2)
    }

    @Test func restsHaveALimitHoweverManyTriesThereWere() {
        #expect(PollerScale.rest(after: 0) == .milliseconds(100))
        #expect(PollerScale.rest(after: 1_000_000) == .seconds(10))
    }
}
