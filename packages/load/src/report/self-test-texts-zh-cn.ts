import type { SelfTestTexts } from './self-test-texts.ts';

/** Simplified Chinese. */
export const ZH_CN_SELF_TEST: SelfTestTexts = {
  title: '本工具自身的误差',
  columns: {
    what: '已知条件',
    measured: '测得',
    truth: '真值',
    error: '自身误差',
    goal: '目标',
    outcome: '结果',
  },
  parts: {
    delay: '{condition} ms 后应答',
    stall: '停顿 {condition} ms',
    overload: '每秒发送 {condition} 个，只能应答一半',
    pacing: '发送节奏，每秒 {condition} 个',
    'lag-precise': '发送延迟（精确步调），每秒 {condition} 个',
    'lag-eco': '发送延迟（节能步调），每秒 {condition} 个',
  },
  figures: { max: '最慢', samples: '样本数', achieved: '按时发送 ÷ 计划' },
  outcomes: { met: '达标', missed: '未达标' },
  summaries: {
    met: '{checks} 项误差中 {met} 项在目标之内。',
    missed: '{checks} 项误差中 {met} 项在目标之内，{missed} 项超出。',
    invalid: '无法判断：这台机器太忙，负载生成器跟不上计划（{checks} 项中 {met} 项在目标之内）。',
    interrupted: '已中断：此前测得的 {checks} 项误差中 {met} 项在目标之内。',
  },
  method:
    '时间均为响应时间（ms）。真值：延迟和停顿依据内置服务端自己的时钟，过载依据流体排队理论，发送节奏依据发送计划。',
};
