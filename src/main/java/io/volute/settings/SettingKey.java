package io.volute.settings;

import java.util.List;
import java.util.Optional;

/**
 * One setting: everything that the flag parser, the config file, the help text and the reference
 * page say about it.
 *
 * @param <T> what a value of it is
 */
public final class SettingKey<T> {
  /** How often and how a setting is given. */
  public enum Arity {
    /** Once, with a value. */
    ONE,
    /** Any number of times, with a value each. */
    MANY,
    /** On or off; the flag alone means on. */
    SWITCH
  }

  private final String name;
  private final String placeholder;
  private final Arity arity;
  private final ValueForm<T> form;
  private Optional<Character> shortForm = Optional.empty();
  private List<T> defaults = List.of();
  private String defaultText = "none";
  private String summary = "";
  private String reason = "";
  private Optional<String> notYet = Optional.empty();

  private SettingKey(String name, String placeholder, Arity arity, ValueForm<T> form) {
    this.name = name;
    this.placeholder = placeholder;
    this.arity = arity;
    this.form = form;
  }

  static <T> Builder<T> one(String name, String placeholder, ValueForm<T> form) {
    return new Builder<>(new SettingKey<>(name, placeholder, Arity.ONE, form));
  }

  static <T> Builder<T> many(String name, String placeholder, ValueForm<T> form) {
    return new Builder<>(new SettingKey<>(name, placeholder, Arity.MANY, form));
  }

  static Builder<Boolean> toggle(String name) {
    ValueForm<Boolean> form = ValueForm.onOrOff();
    return new Builder<>(new SettingKey<>(name, "", Arity.SWITCH, form)).byDefault("false");
  }

  /** As in the config file; the flag is this with {@code --} before it. */
  public String name() {
    return name;
  }

  public String flag() {
    return "--" + name;
  }

  /** The letter of {@code -l}. */
  public Optional<Character> shortForm() {
    return shortForm;
  }

  /** What stands for the value in a usage line; empty for a switch. */
  public String placeholder() {
    return placeholder;
  }

  public Arity arity() {
    return arity;
  }

  public ValueForm<T> form() {
    return form;
  }

  /** Its value when it is not given: none, one, or for a repeatable setting any number. */
  public List<T> defaults() {
    return defaults;
  }

  /** The default in words, also where it depends on other settings or the machine. */
  public String defaultText() {
    return defaultText;
  }

  /** What it does, in some words. */
  public String summary() {
    return summary;
  }

  /** A paragraph: what to know about it, and why its default is what it is. */
  public String reason() {
    return reason;
  }

  /** Why this version refuses any other value than the default; empty when it does not. */
  public Optional<String> notYet() {
    return notYet;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Fills in a key while the table is built. */
  static final class Builder<T> {
    private final SettingKey<T> key;

    private Builder(SettingKey<T> key) {
      this.key = key;
    }

    Builder<T> shortForm(char letter) {
      key.shortForm = Optional.of(letter);
      return this;
    }

    /** A default that is written like a value. */
    Builder<T> byDefault(String text) {
      key.defaults = List.of(key.form.read(text).orElseThrow());
      key.defaultText = text;
      return this;
    }

    /** A default that whoever uses the setting works out. */
    Builder<T> byDefaultSomehow(String words) {
      key.defaultText = words;
      return this;
    }

    Builder<T> notYet(String why) {
      key.notYet = Optional.of(why);
      return this;
    }

    SettingKey<T> means(String summary, String reason) {
      key.summary = summary;
      key.reason = reason.strip().replace('\n', ' ');
      return key;
    }
  }
}
