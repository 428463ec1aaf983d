import Foundation
import Recognition

/// The models that `make models` fetches, and the photographs that `make test` fetches beside them.
enum TestModels {
    static let folder = ModelFolder.standard(environment: ProcessInfo.processInfo.environment)

    static var arePresent: Bool { folder.isPresent }

    static let missing = "the models are missing: run `make models`"

    /// Photographs with the number of the class of ImageNet that they show.
    static let photographs: [(path: String, number: Int)] = {
        let folder = ".build-models/photographs"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.sorted().compactMap { file in
            guard let number = Int(file.prefix { $0 != "." }.split(separator: "_").last ?? "") else { return nil }
            return ("\(folder)/\(file)", number)
        }
    }()
}

/// One recogniser for all tests: the models are loaded once.
let sharedRecognizer = Recognizer(models: TestModels.folder)
