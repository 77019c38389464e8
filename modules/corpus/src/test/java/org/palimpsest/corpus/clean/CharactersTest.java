package org.palimpsest.corpus.clean;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class CharactersTest {
  @Example
  void normalizesUnicode() {
    assertThat(Characters.composed("Cafe\u0301 ﬁ ½ Ａ")).isEqualTo("Café ﬁ ½ Ａ");
    assertThat(Characters.unified("Cafe\u0301 ﬁ Ａ x²")).isEqualTo("Café fi A x2");
    String ascii = "plain";
    assertThat(Characters.composed(ascii)).isSameAs(ascii);
    assertThat(Characters.unified(ascii)).isSameAs(ascii);
  }

  @Example
  void replacesControlCharactersWithOneSpace() {
    assertThat(Characters.withoutControls("NUL\0for\0blanks")).isEqualTo("NUL for blanks");
    assertThat(Characters.withoutControls("\0\0\0before\0\0 after\0")).isEqualTo("before after");
    assertThat(Characters.withoutControls("a\u0090b\u007Fc")).isEqualTo("a b c");
    assertThat(Characters.withoutControls("tab\tline\r\nend\u000B\n"))
        .isEqualTo("tab\tline\r\nend\n");
  }

  @Example
  void removesTerminalEscapeSequences() {
    assertThat(Characters.withoutControls("escape \u001B[31mred\u001B[0m, \u001B[1;38;5;9mbold"))
        .isEqualTo("escape red, bold");
    assertThat(Characters.withoutControls("alone \u001B[")).isEqualTo("alone [");
  }

  @Example
  void removesNoncharactersAndKeepsJoiners() {
    assertThat(Characters.withoutControls("a\uFEFFb\uFFFFc\uFDD0d" + "\uD83F\uDFFE" + "e"))
        .isEqualTo("abcde");
    String family = "👩\u200D👩\u200D👧 \u200E";
    assertThat(Characters.withoutControls(family)).isSameAs(family);
  }

  @Example
  void collapsesWhiteSpace() {
    assertThat(
            Characters.collapsed(
                "  one \t\u00A0two\u3000three  \n four\r\n\r\n\r\n five \u2028six"))
        .isEqualTo("one two three\nfour\n\nfive\nsix");
    assertThat(Characters.collapsed("a\rb\u2029c")).isEqualTo("a\nb\n\nc");
    String tidy = "one two\n\nthree";
    assertThat(Characters.collapsed(tidy)).isSameAs(tidy);
  }

  @Property
  void normalizationIsIdempotent(@ForAll String text) {
    String controls = Characters.withoutControls(text);
    assertThat(Characters.withoutControls(controls)).isEqualTo(controls);
    String collapsed = Characters.collapsed(text);
    assertThat(Characters.collapsed(collapsed)).isEqualTo(collapsed);
    String composed = Characters.composed(text);
    assertThat(Characters.composed(composed)).isEqualTo(composed);
  }
}
