import CSpawn
import Foundation

/// What a cloud that was killed has left behind of its environments.
enum LeftEnvironments {
    /// Removes their temporary files, and ends what still runs in them. The kernel has ended the functions themselves, as
    /// their parent died; what those had started in sessions of their own goes on until somebody looks for it.
    static func clear(_ temporaryFolder: String) {
        let files = FileManager.default
        let names = (try? files.contentsOfDirectory(atPath: temporaryFolder)) ?? []
        // An orderly end leaves nothing: only then it is worth looking through the machine's processes.
        guard !names.isEmpty else { return }
        _ = cspawn_kill_marked("\(ProcessCommand.markVariable)=\(temporaryFolder)/", 1, 0)
        for name in names { try? files.removeItem(atPath: "\(temporaryFolder)/\(name)") }
    }
}
