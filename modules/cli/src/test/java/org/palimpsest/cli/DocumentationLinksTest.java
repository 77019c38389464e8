package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything that the pages refer to exists: pages, anchors, files, classes, tests. */
class DocumentationLinksTest {
  private static final Pattern SCHEME = Pattern.compile("[a-z]+:.*");
  private static final Pattern CLASS =
      Pattern.compile("org\\.palimpsest(?:\\.[a-z0-9]+)*\\.([A-Z]\\w+)");
  private static final Pattern PACKAGE = Pattern.compile("org\\.palimpsest(?:\\.[a-z0-9]+)+");
  private static final Pattern TEST = Pattern.compile("([A-Z]\\w*[a-z0-9](?:Test|IT))(?:\\.\\w+)?");
  private static final Pattern FILE =
      Pattern.compile("(?:bin|conf|deploy|docs|modules)/[\\w./-]*\\w");

  private static final List<MarkdownPage> PAGES = MarkdownPage.all();

  @Test
  void everyRelativeLinkResolves() {
    List<String> broken = new ArrayList<>();
    for (MarkdownPage page : PAGES) {
      for (String link : page.links()) {
        if (!SCHEME.matcher(link).matches() && !resolves(page, link)) {
          broken.add(page.path() + ": " + link);
        }
      }
    }
    assertThat(broken).as("dead links").isEmpty();
  }

  private static boolean resolves(MarkdownPage page, String link) {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target =
        file.isEmpty()
            ? page.path()
            : MarkdownPage.ROOT.relativize(
                MarkdownPage.ROOT.resolve(page.path()).resolveSibling(file).normalize());
    if (!Files.exists(MarkdownPage.ROOT.resolve(target))) {
      return false;
    }
    return hash < 0
        || MarkdownPage.of(target.toString()).anchors().contains(link.substring(hash + 1));
  }

  @Test
  void everyPageIsReachableFromTheIndex() {
    List<Path> reached = new ArrayList<>(List.of(Path.of("docs/README.md")));
    for (int i = 0; i < reached.size(); i++) {
      MarkdownPage page = MarkdownPage.of(reached.get(i).toString());
      page.links().stream()
          .map(link -> link.replaceFirst("#.*", ""))
          .filter(link -> link.endsWith(".md") && !SCHEME.matcher(link).matches())
          .map(link -> page.path().resolveSibling(link).normalize())
          .filter(target -> target.startsWith("docs") && !reached.contains(target))
          .forEach(reached::add);
    }
    assertThat(PAGES.stream().map(MarkdownPage::path).filter(path -> path.startsWith("docs")))
        .isNotEmpty()
        .allSatisfy(path -> assertThat(reached).contains(path));
  }

  @Test
  void everyClassExists() {
    List<String> unknown = new ArrayList<>();
    for (MarkdownPage page : PAGES) {
      CLASS
          .matcher(page.text())
          .results()
          .map(match -> match.group())
          .filter(name -> !isSource(name.replace('.', '/') + ".java"))
          .forEach(name -> unknown.add(page.path() + ": " + name));
    }
    assertThat(unknown).as("classes that do not exist").isEmpty();
  }

  @Test
  void everyPackageExists() {
    List<String> unknown = new ArrayList<>();
    for (MarkdownPage page : PAGES) {
      page.inlineCode().stream()
          .filter(code -> PACKAGE.matcher(code).matches())
          .filter(name -> !isSource(name.replace('.', '/')))
          .forEach(name -> unknown.add(page.path() + ": " + name));
    }
    assertThat(unknown).as("packages that do not exist").isEmpty();
  }

  @Test
  void theOverviewListsEveryModule() {
    String modules = MarkdownPage.of("docs/design/overview.md").section("Modules");
    assertThat(modules().map(module -> module.getFileName().toString()))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(modules).contains("\n| `" + name + "` | "));
  }

  private static boolean isSource(String file) {
    return modules()
        .flatMap(module -> Stream.of("main", "test").map(set -> module.resolve("src/" + set)))
        .anyMatch(set -> Files.exists(set.resolve("java").resolve(file)));
  }

  private static Stream<Path> modules() {
    return RepositoryFiles.list("modules").stream()
        .filter(module -> Files.exists(module.resolve("pom.xml")));
  }

  @Test
  void everyTestExists() {
    List<String> tests = RepositoryFiles.simpleNames("Test.java", "IT.java");
    List<String> unknown = new ArrayList<>();
    for (MarkdownPage page : PAGES) {
      for (String code : page.inlineCode()) {
        var match = TEST.matcher(code);
        if (match.matches() && !tests.contains(match.group(1))) {
          unknown.add(page.path() + ": " + code);
        }
      }
    }
    assertThat(tests).isNotEmpty();
    assertThat(unknown).as("tests that do not exist").isEmpty();
  }

  @Test
  void everyFileOfTheRepositoryExists() {
    List<String> unknown = new ArrayList<>();
    for (MarkdownPage page : PAGES) {
      Stream.concat(page.inlineCode().stream(), page.codeBlocks().stream())
          .flatMap(code -> Stream.of(code.split("[\\s'\":@]+")))
          .filter(word -> FILE.matcher(word).matches() && !word.matches(".*/target(/.*)?"))
          .filter(word -> !Files.exists(MarkdownPage.ROOT.resolve(word)))
          .forEach(word -> unknown.add(page.path() + ": " + word));
    }
    assertThat(unknown).as("files that do not exist").isEmpty();
  }
}
