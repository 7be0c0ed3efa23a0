// Lists recent traces and shows one with its verdict. All text is set as text, never as markup: strangers wrote it.
"use strict";

const byId = (id) => document.getElementById(id);
const filters = byId("filters"), status = byId("status"), table = byId("traces"), more = byId("more");
const detail = byId("detail"), detailBody = byId("detail-body");
let cursor = null;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

async function ask(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value);
  const response = await fetch(`${path}?${new URLSearchParams(given)}`);
  const body = await response.json();
  if (!response.ok) throw new Error(`${body.detail}. ${body.mend}.`);
  return body;
}

function say(text, isError = false) {
  status.textContent = text;
  status.className = isError ? "error" : "";
}

function decisionOf(verdict) {
  const decision = verdict?.decision ?? "";
  return element("span", { className: `decision ${decision}` }, decision.replace("_", " ") || "waiting");
}

function rowOf(trace) {
  const open = element("a", { href: `#${trace.trace_id}` }, timeOf(trace.timestamp));
  const risk = trace.risk == null ? "" : trace.risk.toFixed(2);
  return element("tr", {},
    element("td", {}, open),
    element("td", {}, decisionOf(trace)),
    element("td", { className: "number" }, risk),
    element("td", {}, trace.domain),
    element("td", {}, trace.kind),
    element("td", { className: "preview", title: trace.output }, trace.output));
}

const timeOf = (timestamp) => new Date(timestamp).toLocaleString();

async function list(fresh) {
  if (fresh) {
    cursor = null;
    table.tBodies[0].replaceChildren();
  }
  say("Loading…");
  more.hidden = true;
  try {
    const page = await ask("/api/v1/traces", { ...Object.fromEntries(new FormData(filters)), limit: 25, cursor });
    table.tBodies[0].append(...page.items.map(rowOf));
    cursor = page.next_cursor;
    const count = table.tBodies[0].rows.length;
    say(count ? `${count} traces, newest first` : "No traces yet. Send one: POST /api/v1/traces, or metronis ingest FILE.");
  } catch (error) {
    say(`The traces could not be read: ${error.message}`, true);
  }
  table.hidden = !table.tBodies[0].rows.length;
  more.hidden = !cursor;
}

// The address says which trace is open, so that it can be passed on.
function follow() {
  const traceId = location.hash.slice(1);
  if (traceId) show(traceId);
  else detail.close();
}

async function show(traceId) {
  detailBody.replaceChildren(element("p", {}, "Loading…"));
  if (!detail.open) detail.showModal();
  try {
    const org_id = new FormData(filters).get("org_id");
    detailBody.replaceChildren(...partsOf(await ask(`/api/v1/traces/${encodeURIComponent(traceId)}`, { org_id })));
  } catch (error) {
    detailBody.replaceChildren(element("p", { className: "error" }, `The trace could not be read: ${error.message}`));
  }
}

function partsOf({ trace, verdict, evaluations }) {
  const texts = [["Input", trace.input], ["Context", trace.context], ["Output", trace.output]];
  return [
    ...(verdict ? verdictParts(verdict) : [element("p", {}, "No verdict yet.")]),
    ...evaluationParts(evaluations ?? []),
    ...texts.filter(([, text]) => text?.length).flatMap(([title, text]) => section(title, textOf(text))),
    ...section("The whole trace", JSON.stringify(trace, null, 2)),
  ];
}

function verdictParts(verdict) {
  const microseconds = verdict.tiers.reduce((sum, use) => sum + use.duration_us, 0);
  const dollars = verdict.tiers.reduce((sum, use) => sum + use.cost_usd, 0);
  const facts = {
    Decision: decisionOf(verdict),
    Reason: verdict.reason,
    Risk: verdict.risk.toFixed(2),
    "Decided at": `tier ${verdict.tier}, policy ${verdict.policy_version}`,
    "Time and cost": `${(microseconds / 1000).toFixed(2)} ms, $${dollars.toFixed(4)}`,
  };
  return [element("dl", {}, ...Object.entries(facts).flatMap(
    ([name, value]) => [element("dt", {}, name), element("dd", {}, value)]))];
}

function evaluationParts(evaluations) {
  const worstFirst = evaluations.sort((one, other) => (other.score ?? -1) - (one.score ?? -1));
  const rows = worstFirst.map((made) => element("tr", {},
    element("td", {}, made.evaluator),
    element("td", { className: made.outcome ?? "" }, made.outcome ?? made.disposition.replace("_", " ")),
    element("td", { className: "number" }, made.score == null ? "" : made.score.toFixed(2)),
    element("td", {}, made.explanation ?? "")));
  const heads = ["Evaluator", "Outcome", "Score", "Why"].map((name) => element("th", { scope: "col" }, name));
  return rows.length
    ? [element("h3", {}, "Evaluations"),
       element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows))]
    : [];
}

function textOf(text) {
  if (typeof text === "string") return text;
  return text.map((part) => (typeof part === "string" ? part : `${part.role ?? part.id}: ${part.content}`)).join("\n\n");
}

const section = (title, text) => [element("h3", {}, title), element("pre", { tabIndex: 0 }, text)];

filters.addEventListener("submit", (event) => {
  event.preventDefault();
  list(true);
});
more.addEventListener("click", () => list(false));
addEventListener("hashchange", follow);
detail.addEventListener("close", () => history.replaceState(null, "", location.pathname));
list(true);
follow();
