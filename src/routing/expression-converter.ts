import type { Converter } from "./converter.ts";
import { EXPRESSIONS } from "./converters.ts";
import { Expression } from "./expression/expression.ts";
import { SyntaxProblem } from "./expression/syntax.ts";

/** A parameter type that is a regular expression; its value is what its group captured, or the whole text. */
export class ExpressionConverter implements Converter<string> {
  readonly name: string;
  readonly specificity: number;
  readonly takesRest: boolean;
  readonly #expression: Expression;

  /** @throws SyntaxProblem for an expression that cannot be used, or whose group is named unlike the parameter. */
  constructor(source: string, parameterName: string) {
    this.#expression = new Expression(source);
    const { groupName = parameterName, namesSlash } = this.#expression;
    if (groupName !== parameterName)
      throw new SyntaxProblem(
        `its group is called "${groupName}"; call it "${parameterName}" or leave its name out`,
      );
    this.name = source;
    this.takesRest = namesSlash;
    this.specificity = EXPRESSIONS;
  }

  convert(text: string): string | undefined {
    return text === "" ? undefined : this.#expression.match(text);
  }

  format(value: unknown): string | undefined {
    const { around } = this.#expression;
    if (typeof value !== "string" || around === undefined) return undefined;
    const text = around.before + value + around.after;
    return this.convert(text) === value ? text : undefined;
  }

  overlaps(other: Converter): boolean {
    return other instanceof ExpressionConverter && this.#expression.overlaps(other.#expression);
  }
}
