import JSONValue
import Testing

@testable import CloudRekognition

@Suite struct UnservedOperationTests {
    @Test(arguments: UnservedOperation.subjects.keys.sorted())
    func isNamed(_ name: String) async {
        let answer = await LocalRekognition().call(name, [:])
        #expect(answer.status == 501)
        #expect(answer.error == "UnsupportedOperationException")
        #expect(answer.message?.hasPrefix("\(name) is not offered by this local cloud: ") == true)
        #expect(answer.message?.hasSuffix("It offers DetectLabels and DetectText.") == true)
    }

    @Test(arguments: ["DetectDreams", "detectLabels", ""])
    func isUnknownWhereRekognitionHasNone(_ name: String) async {
        let answer = await LocalRekognition().call(name, [:])
        #expect(answer.status == 400)
        #expect(answer.error == "UnknownOperationException")
    }

    @Test func noneIsServedToo() {
        #expect(UnservedOperation.subjects.keys.allSatisfy { RekognitionService.operations[$0] == nil })
        // Together they are the operations of the service's model.
        #expect(UnservedOperation.subjects.count + RekognitionService.operations.count == 75)
    }
}
