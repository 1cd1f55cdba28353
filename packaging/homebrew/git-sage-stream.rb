# A formula for a tap of its own. Written by Homebrew's documentation and checked with `ruby -c`; not run on macOS yet.
class GitSageStream < Formula
  desc "Run a queue of tickets in parallel git worktrees and land each on main"
  homepage "https://github.com/git-sage-stream/git-sage-stream"
  license "Apache-2.0"
  head "https://github.com/git-sage-stream/git-sage-stream.git", branch: "main"

  depends_on "pkgconf" => :build
  depends_on xcode: ["26.0", :build]
  depends_on "git"
  depends_on "libgit2"
  depends_on macos: :sonoma

  uses_from_macos "swift" => :build

  def install
    ENV["SAGE_STREAM_ALLOW_WARNINGS"] = "1"
    system "swift", "build", "--disable-sandbox", "-c", "release", "--product", "git-sage-stream"
    bin.install ".build/release/git-sage-stream"
    man1.install Dir["man/*.1"]
    man5.install Dir["man/*.5"]
    man7.install Dir["man/*.7"]
    bash_completion.install "completions/git-sage-stream.bash" => "git-sage-stream"
    zsh_completion.install "completions/_git-sage-stream"
    fish_completion.install "completions/git-sage-stream.fish"
    (pkgshare/"hooks").install "hooks/pre-push"
  end

  test do
    assert_match "git-sage-stream", shell_output("#{bin}/git-sage-stream --version")
    ENV["HOME"] = testpath
    system "git", "sage-stream", "demo"
  end
end
