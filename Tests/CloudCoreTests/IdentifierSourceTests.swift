import CloudCore
import Testing

@Suite struct IdentifierSourceTests {
    @Test func countedIdentifiersComeInTheSameOrderAndNeverTwice() {
        let (one, same, other) = (
            IdentifierSource.counted(seed: "a"), IdentifierSource.counted(seed: "a"),
            IdentifierSource.counted(seed: "b")
        )
        let drawn = (0..<100).map { _ in one.uuid() }
        #expect(drawn == (0..<100).map { _ in same.uuid() })
        #expect(Set(drawn + (0..<100).map { _ in other.uuid() }).count == 200)
    }

    @Test func whatABranchGivesDoesNotDependOnWhoElseDraws() {
        let (busy, idle) = (IdentifierSource.counted(seed: "a"), IdentifierSource.counted(seed: "a"))
        let (branch, same, sibling) = (busy.branch("x"), idle.branch("x"), idle.branch("y"))
        var drawn: [String] = []
        for _ in 0..<10 {
            _ = busy.uuid()
            drawn.append(branch.uuid())
        }
        #expect(drawn == (0..<10).map { _ in same.uuid() })
        #expect(Set(drawn).isDisjoint(with: (0..<10).map { _ in sibling.uuid() }))
        #expect(Set(drawn).isDisjoint(with: (0..<10).map { _ in idle.uuid() }))
    }

    @Test func randomIdentifiersAreRandomInEachBranch() {
        #expect(IdentifierSource.random.branch("x").uuid() != IdentifierSource.random.branch("x").uuid())
    }
}
