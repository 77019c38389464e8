package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command in the documentation is accepted by its program. */
class DocumentedCommandsTest {
  private static final String SECTIONS =
      "(?:run|corpus|tokenizer|model|optimizer|schedule|training|checkpoint|finetune|evaluation)";
  private static final Pattern RECIPE =
      Pattern.compile("\\A" + SECTIONS + "(?:\\.[\\w.-]+)? *[={]");
  private static final Pattern ASSIGNMENT = Pattern.compile(SECTIONS + "\\.[a-z0-9.-]+ ?= ?[^…|]+");
  private static final Pattern KEY = Pattern.compile(SECTIONS + "(?:\\.[a-z0-9-]+)+");

  /** Tensors, files, and metrics that look like keys. */
  private static final Pattern NO_KEY =
      Pattern.compile(
          "model\\.(?:shared|encoder|decoder|safetensors)(?:\\..*)?|.*\\.(?:conf|json)"
              + "|run\\.(?:step|loss)");

  private static final Pattern PROFILE = Pattern.compile("<profile>\\s*<id>([^<]+)</id>");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]+");

  /** Where commands find recipes and studies. */
  private static final String CONF = "palimpsest.conf";

  private static final List<MarkdownPage> PAGES = MarkdownPage.all();

  @TempDir private Path folder;

  @BeforeAll
  static void findStudies() {
    System.setProperty(CONF, conf("conf"));
  }

  @AfterAll
  static void forget() {
    System.clearProperty(CONF);
  }

  @Test
  void everyPalimpsestCommandIsAccepted() {
    List<String> refused = new ArrayList<>();
    int checked = 0;
    for (MarkdownPage page : PAGES) {
      for (List<String> command : palimpsestCommands(page)) {
        checked++;
        error(command)
            .forEach(why -> refused.add(page.path() + ": " + String.join(" ", command) + why));
      }
    }
    assertThat(checked).isGreaterThan(50);
    assertThat(refused).as("commands that are refused").isEmpty();
  }

  /**
   * Commands of the page without the launcher's name and without Spark's options. Commands within
   * sentences may omit required options.
   */
  private static List<List<String>> palimpsestCommands(MarkdownPage page) {
    return Stream.concat(
            palimpsestCommands(page.codeBlocks()),
            palimpsestCommands(page.inlineCode())
                .map(words -> Stream.concat(words.stream(), Stream.of("--help")).toList()))
        .toList();
  }

  private static Stream<List<String>> palimpsestCommands(List<String> code) {
    Set<String> sparkOptions = sparkOptions();
    return commands(code)
        .map(DocumentedCommandsTest::arguments)
        .filter(words -> !words.isEmpty() && !words.contains("COMMAND"))
        .map(words -> withoutSparkOptions(words, sparkOptions));
  }

  private static Stream<List<String>> commands(List<String> code) {
    return code.stream().flatMap(block -> ShellCommands.in(block).stream());
  }

  private static List<String> arguments(List<String> command) {
    List<String> rest = command.subList(1, command.size());
    return switch (command.get(0)) {
      case "bin/palimpsest" -> rest;
      case "bin/quickstart" -> Stream.concat(Stream.of("quickstart"), rest.stream()).toList();
      case "spark-submit" ->
          rest.contains("org.palimpsest.cli.Main")
              ? rest.subList(rest.indexOf("org.palimpsest.cli.Main") + 2, rest.size())
              : List.of();
      default -> List.of();
    };
  }

  /** The options that the launcher passes to Spark, each with a value. */
  private static Set<String> sparkOptions() {
    String launcher = RepositoryFiles.read("bin/palimpsest");
    String cases = launcher.substring(launcher.indexOf("--master | --deploy-mode"));
    return OPTION
        .matcher(cases.substring(0, cases.indexOf(')')))
        .results()
        .map(match -> match.group())
        .collect(Collectors.toSet());
  }

  private static List<String> withoutSparkOptions(List<String> words, Set<String> sparkOptions) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      if (sparkOptions.contains(words.get(i))) {
        i++;
      } else {
        kept.add(words.get(i).replaceAll("\\$\\w+", "1"));
      }
    }
    return kept;
  }

  /** The error message of a command; empty if it is accepted. */
  private Stream<String> error(List<String> command) {
    List<String> words = new ArrayList<>(withFileThatExists(command));
    boolean needsNoRecipe =
        List.of("simulate", "help", "--version", "--help").contains(words.get(0));
    if (!needsNoRecipe && !words.contains("--help")) {
      words.add("--print-config");
    }
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        Console.plain(
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    int code = Main.run(console, words.toArray(String[]::new));
    return code == 0 ? Stream.of() : Stream.of(" -> " + err.toString(StandardCharsets.UTF_8));
  }

  /** Resolves recipes of the repository, and drops recipes and studies that the reader writes. */
  private static List<String> withFileThatExists(List<String> command) {
    List<String> words = new ArrayList<>(command);
    if (words.get(0).equals("study") && words.get(1).endsWith(".conf")) {
      words.set(1, "robustness");
    }
    int config = words.indexOf("--config");
    if (config < 0) {
      return words.get(0).equals("quickstart")
          ? Stream.concat(words.stream(), Stream.of("--config", conf("conf/quickstart.conf")))
              .toList()
          : words;
    }
    String file = words.remove(config + 1);
    words.remove(config);
    if (file.startsWith("conf/")) {
      words.addAll(List.of("--config", conf(file)));
    }
    return words;
  }

  private static String conf(String file) {
    return MarkdownPage.ROOT.resolve(file).toString();
  }

  @Test
  void everyRecipeAndAssignmentIsAccepted() throws IOException {
    List<String> refused = new ArrayList<>();
    for (MarkdownPage page : PAGES) {
      List<String> recipes = new ArrayList<>(page.codeBlocks());
      page.inlineCode().stream()
          .filter(code -> ASSIGNMENT.matcher(code).matches())
          .map(code -> code.contains(" | ") ? "" : code)
          .forEach(recipes::add);
      for (String recipe : recipes) {
        if (RECIPE.matcher(recipe).find()) {
          Path file = Files.writeString(folder.resolve("recipe.conf"), recipe);
          ByteArrayOutputStream err = new ByteArrayOutputStream();
          PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
          Console console = Console.plain(stream, stream);
          if (Main.run(console, "pretrain", "--print-config", "--config", file.toString()) != 0) {
            refused.add(page.path() + ": " + err.toString(StandardCharsets.UTF_8));
          }
        }
      }
    }
    assertThat(refused).as("recipes that are refused").isEmpty();
  }

  @Test
  void everyConfigurationKeyExists() {
    Set<String> keys = ConfigurationPageTest.keysAndSections();
    List<String> unknown = new ArrayList<>();
    for (MarkdownPage page : PAGES) {
      page.inlineCode().stream()
          .filter(code -> KEY.matcher(code).matches() && !NO_KEY.matcher(code).matches())
          .filter(code -> !keys.contains(code))
          .forEach(code -> unknown.add(page.path() + ": " + code));
    }
    assertThat(unknown).as("keys that do not exist").isEmpty();
  }

  @Test
  void everyMavenProfileAndModuleExists() {
    Set<String> profiles = profiles();
    List<String> unknown = new ArrayList<>();
    for (MarkdownPage page : PAGES) {
      Stream.concat(commands(page.codeBlocks()), commands(page.inlineCode()))
          .filter(command -> command.get(0).equals("mvn"))
          .flatMap(command -> unknown(command, profiles))
          .forEach(word -> unknown.add(page.path() + ": " + word));
    }
    assertThat(profiles).contains("one-jar");
    assertThat(unknown).as("profiles and modules that do not exist").isEmpty();
  }

  private static Set<String> profiles() {
    Set<String> profiles = new HashSet<>();
    List<String> poms = new ArrayList<>(List.of("pom.xml"));
    RepositoryFiles.list("modules").stream()
        .map(module -> MarkdownPage.ROOT.relativize(module.resolve("pom.xml")).toString())
        .filter(pom -> Files.exists(MarkdownPage.ROOT.resolve(pom)))
        .forEach(poms::add);
    for (String pom : poms) {
      PROFILE
          .matcher(RepositoryFiles.read(pom).replaceAll("<!--[\\s\\S]*?-->", ""))
          .results()
          .forEach(match -> profiles.add(match.group(1)));
    }
    return profiles;
  }

  private static Stream<String> unknown(List<String> command, Set<String> profiles) {
    List<String> unknown = new ArrayList<>();
    for (int i = 1; i < command.size(); i++) {
      String word = command.get(i);
      if (word.startsWith("-P")) {
        Stream.of(word.substring(2).split(","))
            .filter(profile -> !profiles.contains(profile))
            .forEach(unknown::add);
      } else if (command.get(i - 1).equals("-pl")) {
        Stream.of(word.split(","))
            .filter(module -> !Files.exists(MarkdownPage.ROOT.resolve(module + "/pom.xml")))
            .forEach(unknown::add);
      }
    }
    return unknown.stream();
  }
}
