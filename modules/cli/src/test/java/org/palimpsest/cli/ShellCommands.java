package org.palimpsest.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The commands in a code block of the documentation, as a shell would split them into words. */
final class ShellCommands {
  private static final Pattern PROMPT = Pattern.compile("^(?:\\$|>) +");
  private static final Pattern START =
      Pattern.compile("\\s*(?:bin/palimpsest|bin/quickstart|mvn|spark-submit) .*|bin/quickstart");

  private final List<List<String>> commands = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private List<String> words = new ArrayList<>();
  private boolean inWord;
  private char quote;
  private boolean continued;

  private ShellCommands() {}

  /** Every documented command in a block; output and other commands are skipped. */
  static List<List<String>> in(String block) {
    ShellCommands parser = new ShellCommands();
    for (String line : block.lines().toList()) {
      parser.line(line);
    }
    return parser.commands;
  }

  private void line(String line) {
    boolean open = continued || quote != 0;
    String code = open ? line : PROMPT.matcher(line).replaceFirst("");
    code = open ? PROMPT.matcher(code).replaceFirst("") : code;
    if (!open && !START.matcher(code).matches()) {
      return;
    }
    continued = false;
    for (int i = 0; i < code.length() && !continued; i++) {
      character(code, i);
    }
    if (quote != 0) {
      word.append('\n');
    } else if (!continued) {
      endCommand();
    }
  }

  private void character(String code, int i) {
    char c = code.charAt(i);
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word.append(c);
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      inWord = true;
    } else if (c == '\\' && i == code.length() - 1) {
      endWord();
      continued = true;
    } else if ("|;&".indexOf(c) >= 0) {
      endCommand();
    } else if (Character.isWhitespace(c)) {
      endWord();
    } else {
      word.append(c);
      inWord = true;
    }
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
    }
    word.setLength(0);
    inWord = false;
  }

  private void endCommand() {
    endWord();
    if (!words.isEmpty()) {
      commands.add(words);
    }
    words = new ArrayList<>();
  }
}
