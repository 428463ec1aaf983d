/// Why there is no new project.
enum NewProjectError: Error, CustomStringConvertible {
    /// The name has a form that it must not have.
    case invalidName(String)
    /// A module of this name takes part in every function, or has a meaning to the compiler.
    case reservedName(String)
    /// There is something under this path.
    case exists(path: String)
    /// `--package` names a folder that is no package.
    case notAPackage(path: String)
    /// Nothing says where the package is.
    case unknownPackage
    /// A file could not be written.
    case unwritable(path: String, reason: String)

    var description: String {
        switch self {
        case .invalidName(let name):
            "'\(name)' cannot be a project's name: take letters, digits and single hyphens, a letter first, no more than "
                + "\(ProjectName.longest) in all, such as 'thumbnails' or 'order-mail'."
        case .reservedName(let name):
            "'\(name)' cannot be a project's name: a module that it is built with is called so. Take another name."
        case .exists(let path): "\(path) exists already, and is left as it is. Take another name or move it away."
        case .notAPackage(let path): "There is no Package.swift in \(path), which --package names."
        case .unknownPackage:
            "The package that this program was built in is not beside it any more. Say where the package with "
                + "LambdaRuntime is: --package PATH-OR-URL."
        case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)."
        }
    }
}
