package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/reference/commands.md} lists all commands and options. */
class CommandPageTest {
  private static final MarkdownPage PAGE = MarkdownPage.of("docs/reference/commands.md");
  private static final Pattern HEADING = Pattern.compile("^## `([^`]+)`$", Pattern.MULTILINE);
  private static final Pattern ROW =
      Pattern.compile("^\\| `(-(?:\\\\\\||[^|])+) \\|", Pattern.MULTILINE);
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-zA-Z][a-z-]*");

  /** The commands by their full names, without groups of commands and {@code help}. */
  private static Map<String, CommandLine> commands() {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Map<String, CommandLine> commands = new LinkedHashMap<>();
    collect("", Main.commandLine(Console.plain(nowhere, nowhere)), commands);
    commands.remove("help");
    return commands;
  }

  private static void collect(String prefix, CommandLine line, Map<String, CommandLine> commands) {
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              if (command.getSubcommands().isEmpty()) {
                commands.put(prefix + name, command);
              } else {
                collect(prefix + name + " ", command, commands);
              }
            });
  }

  private static Set<String> options(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .map(OptionSpec::names)
        .flatMap(Stream::of)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> listed(String section) {
    return ROW.matcher(section)
        .results()
        .flatMap(row -> OPTION.matcher(row.group(1)).results().map(match -> match.group()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void thePageHasASectionForEveryCommand() {
    List<String> headings =
        HEADING.matcher(PAGE.text()).results().map(match -> match.group(1)).toList();
    assertThat(headings).containsExactlyInAnyOrderElementsOf(commands().keySet());
  }

  @Test
  void thePageListsTheOptionsOfEveryCommand() {
    Set<String> common = listed(PAGE.section("Common options"));
    assertThat(common).contains("--config", "--set", "--help");
    commands()
        .forEach(
            (name, command) -> {
              Set<String> own = options(command);
              own.removeAll(common);
              Set<String> described = listed(PAGE.section("`" + name + "`"));
              if (!name.equals("simulate")) {
                assertThat(options(command)).as("common options of " + name).containsAll(common);
              }
              described.removeAll(common);
              assertThat(described).as("options of " + name).isEqualTo(own);
            });
  }
}
