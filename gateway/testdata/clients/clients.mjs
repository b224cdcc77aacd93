// Calls a gateway with the official clients as their users do, and says for
// each check in one line of JSON how it went. The test in clients_test.go
// starts the gateway and reads the lines.
import OpenAI, { AzureOpenAI } from "openai";
import { createAzure } from "@ai-sdk/azure";
import { AzureChatOpenAI, AzureOpenAIEmbeddings, ChatOpenAI } from "@langchain/openai";

const { GATEWAY, ALLOWED, REFUSED } = process.env;
const model = "echo";
const messages = [{ role: "user", content: "hello" }];

async function check(name, run) {
  try {
    console.log(JSON.stringify({ name, got: await run() }));
  } catch (e) {
    console.log(JSON.stringify({ name, error: `${e?.name}: ${e?.message}`, stack: e?.stack }));
  }
}

// failing is the class, status, code and reason of the error of a call.
async function failing(run) {
  try {
    await run();
    return "no error";
  } catch (e) {
    return [e.constructor.name, e.status, e.code, e.headers?.get?.("x-palisade-reason")].join(" ");
  }
}

async function streamed(stream, textOf) {
  let text = "", parts = 0;
  for await (const part of stream) {
    const t = textOf(part);
    if (t) { text += t; parts++; }
  }
  return parts > 0 ? text : "nothing";
}

const v1 = new OpenAI({ baseURL: `${GATEWAY}/openai/v1`, apiKey: ALLOWED, maxRetries: 0 });
const stranger = new OpenAI({ baseURL: `${GATEWAY}/openai/v1`, apiKey: REFUSED, maxRetries: 0 });
const azure = new AzureOpenAI({ endpoint: GATEWAY, apiVersion: "2024-10-21", azureADTokenProvider: async () => ALLOWED, maxRetries: 0 });

await check("openai v1: chat", async () => (await v1.chat.completions.create({ model, messages })).choices[0].message.content);
await check("openai v1: usage", async () => (await v1.chat.completions.create({ model, messages })).usage.total_tokens > 0);
await check("openai v1: stream", async () => streamed(await v1.chat.completions.create({ model, messages, stream: true }), (c) => c.choices[0]?.delta?.content));
await check("openai v1: stream without usage", async () => {
  let usage = 0;
  for await (const c of await v1.chat.completions.create({ model, messages, stream: true })) if (c.usage) usage++;
  return usage;
});
await check("openai v1: stream with usage", async () => {
  let usage = 0;
  for await (const c of await v1.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } })) if (c.usage) usage++;
  return usage;
});
await check("openai v1: responses", async () => (await v1.responses.create({ model, input: "hello" })).output_text);
await check("openai v1: responses stream", async () => streamed(await v1.responses.create({ model, input: "hello", stream: true }), (e) => e.type === "response.output_text.delta" && e.delta));
await check("openai v1: responses stored", async () => {
  const made = await v1.responses.create({ model, input: "hello" });
  const next = await v1.responses.create({ model, input: "more", previous_response_id: made.id });
  const read = await v1.responses.retrieve(made.id);
  const items = await v1.responses.inputItems.list(made.id);
  await v1.responses.delete(made.id);
  const gone = await failing(() => v1.responses.retrieve(made.id));
  return [next.previous_response_id === made.id, read.id === made.id, items.data.length, gone.split(" ")[0]].join(" ");
});
await check("openai v1: another's response", async () => {
  const made = await v1.responses.create({ model, input: "hello" });
  return failing(() => stranger.responses.retrieve(made.id));
});
await check("openai v1: embeddings", async () => (await v1.embeddings.create({ model, input: ["a", "b"] })).data.length);
await check("openai v1: models", async () => (await v1.models.list()).data.map((m) => m.id).join());
await check("openai v1: no such model", () => failing(() => v1.chat.completions.create({ model: "other", messages })));
await check("openai v1: no grant", () => failing(() => stranger.chat.completions.create({ model, messages })));
await check("openai v1: no token", () => failing(() => new OpenAI({ baseURL: `${GATEWAY}/openai/v1`, apiKey: "eyJ.eyJ.x", maxRetries: 0 }).models.list()));
await check("openai v1: a key", () => failing(() => new OpenAI({ baseURL: `${GATEWAY}/openai/v1`, apiKey: "0123456789abcdef0123456789abcdef", maxRetries: 0 }).models.list()));
await check("openai azure: chat", async () => (await azure.chat.completions.create({ model, messages })).choices[0].message.content);
await check("openai azure: stream", async () => streamed(await azure.chat.completions.create({ model, messages, stream: true }), (c) => c.choices[0]?.delta?.content));
await check("openai azure: embeddings", async () => (await azure.embeddings.create({ model, input: "a" })).data[0].embedding.length > 0);
await check("openai azure: no such model", () => failing(() => azure.chat.completions.create({ model: "other", messages })));

const lang = { azureOpenAIBasePath: `${GATEWAY}/openai/deployments`, azureOpenAIApiDeploymentName: model, azureOpenAIApiVersion: "2024-10-21", azureADTokenProvider: async () => ALLOWED, maxRetries: 0 };
await check("langchain azure: chat", async () => (await new AzureChatOpenAI({ ...lang, model }).invoke("hello")).content);
await check("langchain azure: stream", async () => streamed(await new AzureChatOpenAI({ ...lang, model }).stream("hello"), (c) => c.content));
await check("langchain azure: embeddings", async () => (await new AzureOpenAIEmbeddings({ ...lang, model, azureOpenAIApiEmbeddingsDeploymentName: model }).embedQuery("a")).length > 0);
await check("langchain v1: chat", async () => (await new ChatOpenAI({ model, apiKey: ALLOWED, configuration: { baseURL: `${GATEWAY}/openai/v1` }, maxRetries: 0 }).invoke("hello")).content);

const sdk = createAzure({ baseURL: `${GATEWAY}/openai/v1`, tokenProvider: async () => ALLOWED });
const legacy = createAzure({ baseURL: `${GATEWAY}/openai`, useDeploymentBasedUrls: true, apiVersion: "2024-10-21", tokenProvider: async () => ALLOWED });
const prompt = [{ role: "user", content: [{ type: "text", text: "hello" }] }];
const textOf = (content) => content.filter((c) => c.type === "text").map((c) => c.text).join("");
await check("ai-sdk: responses", async () => textOf((await sdk.responses(model).doGenerate({ prompt })).content));
await check("ai-sdk: chat", async () => textOf((await sdk.chat(model).doGenerate({ prompt })).content));
await check("ai-sdk: stream", async () => streamed((await sdk.chat(model).doStream({ prompt })).stream, (c) => c.type === "text-delta" && c.delta));
await check("ai-sdk: embeddings", async () => (await sdk.embedding(model).doEmbed({ values: ["a"] })).embeddings.length);
await check("ai-sdk: chat by deployment", async () => textOf((await legacy.chat(model).doGenerate({ prompt })).content));
await check("ai-sdk: a conversation", async () => {
  const first = await sdk.responses(model).doGenerate({ prompt });
  const more = [...prompt, { role: "assistant", content: first.content }, ...prompt];
  return textOf((await sdk.responses(model).doGenerate({ prompt: more })).content);
});
