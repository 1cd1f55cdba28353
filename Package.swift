// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors for whoever works on the project; `install.sh` relaxes this, so that a newer compiler's
/// new warning never keeps a user from building.
let strict = Context.environment["SAGE_STREAM_ALLOW_WARNINGS"] == nil

/// Failpoints (Sources/SageStream/Journal/Failpoint.swift) exist in debug builds, and in release builds that ask for them.
let failpoints: SwiftSetting =
  Context.environment["SAGE_STREAM_FAILPOINTS"] == nil
  ? .define("FAILPOINTS", .when(configuration: .debug)) : .define("FAILPOINTS")

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    failpoints,
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// The floors of the house, from the ground up; a target may import only what stands above it in this list.
let package = Package(
  name: "git-sage-stream",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "git-sage-stream", targets: ["git-sage-stream"]),
    .library(name: "SageStream", targets: ["SageStream"]),
    .library(name: "SageStreamFaults", type: .dynamic, targets: ["Faults"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
  ],
  targets: [
    .systemLibrary(
      name: "CLibGit2", path: "CLibGit2", pkgConfig: "libgit2",
      providers: [.apt(["libgit2-dev"]), .brew(["libgit2"])]),
    .target(name: "Platform", dependencies: [system], swiftSettings: settings),
    .target(name: "Git", dependencies: ["CLibGit2", "Platform", subprocess], swiftSettings: settings),
    .target(name: "Tickets", swiftSettings: settings),
    .target(name: "Planning", dependencies: ["Tickets"], swiftSettings: settings),
    .target(
      name: "SageStream", dependencies: ["Platform", "Git", "Tickets", "Planning", subprocess],
      swiftSettings: settings),
    .target(name: "Terminal", dependencies: ["SageStream", "Planning", "Tickets", "Git", "Platform"], swiftSettings: settings),
    .executableTarget(
      name: "git-sage-stream",
      dependencies: ["Terminal", "SageStream", "Planning", "Tickets", "Git", "Platform", argumentParser, subprocess],
      swiftSettings: settings),
    .target(name: "Faults", path: "Tests/Faults"),
    .target(name: "Support", dependencies: ["Platform", subprocess], path: "Tests/Support", swiftSettings: settings),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "Support", subprocess], swiftSettings: settings),
    .testTarget(name: "TicketsTests", dependencies: ["Tickets"], resources: [.copy("Fixtures")], swiftSettings: settings),
    .testTarget(name: "PlanningTests", dependencies: ["Planning", "Tickets"], swiftSettings: settings),
    .testTarget(name: "GitTests", dependencies: ["Git", "Platform", "Support"], swiftSettings: settings),
    .testTarget(
      name: "SageStreamTests", dependencies: ["SageStream", "Git", "Tickets", "Planning", "Platform", "Support"],
      swiftSettings: settings),
    .testTarget(
      name: "TerminalTests", dependencies: ["Terminal", "Support", "SageStream", "Planning", "Tickets", "Git", "Platform"],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEnd", dependencies: ["git-sage-stream", "SageStream", "Git", "Support", "Platform", "Tickets"], path: "Tests/EndToEnd",
      swiftSettings: settings),
  ]
)
