import CloudRekognition
import Foundation
import NIOCore
import Recognition

extension CloudConfiguration {
    /// Where the models for recognition are: what was said, else what `DARKROOM_MODELS` says, else `.models` beside the
    /// template, else where the program looks for them by itself. They need not be there.
    var modelFolder: ModelFolder {
        if let models { return ModelFolder(path: models) }
        let environment = ProcessInfo.processInfo.environment
        if environment[ModelFolder.variable]?.isEmpty ?? true, let template {
            let beside = URL(fileURLWithPath: template).deletingLastPathComponent()
                .appendingPathComponent(ModelFolder.name)
            let folder = ModelFolder(path: beside.path)
            if folder.isPresent { return folder }
        }
        return ModelFolder.standard(environment: environment)
    }

    /// Amazon Rekognition on this machine.
    ///
    /// - Throws: `RecognitionRulesError`. That there are no models is no error before somebody asks for recognition.
    func rekognition(objects: any ObjectReader) throws -> RekognitionService {
        // One picture a processor; more at once would only take turns and hold more memory.
        let atOnce = max(1, min(System.coreCount, 4))
        var capacity = RequestCapacity()
        capacity.atOnce = atOnce
        return RekognitionService(
            recognizer: Recognizer(models: modelFolder, requestsAtOnce: atOnce), objects: objects,
            rules: try recognitionRules.map { try RecognitionRules(path: $0) } ?? .none, capacity: capacity)
    }
}
