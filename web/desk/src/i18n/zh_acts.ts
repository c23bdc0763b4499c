import type { Routes } from '../api/gen';

type Writing = Extract<keyof Routes, `${'POST' | 'PUT' | 'PATCH' | 'DELETE'} ${string}`>;
/** What leaves a row in the audit trail: all that writes, but for what only serves the moment. */
export type Act = Exclude<Writing, 'POST /api/v1/socket-tickets' | 'POST /api/v1/visitor/hello' | 'POST /api/v1/me/state' | 'POST /api/v1/phrases/{phrase_id}/used'
  | 'PUT /api/v1/files' | 'POST /api/v1/facts/rebuild' | 'POST /api/v1/imports/{import_id}/look'>;

export const zhActs: Record<Act, string> = {
  'PATCH /api/v1/settings': '修改参数', 'POST /api/v1/roles': '新建角色', 'PATCH /api/v1/roles/{role_id}': '修改角色', 'POST /api/v1/categories': '新建分类', 'PATCH /api/v1/categories/{category_id}': '修改分类',
  'POST /api/v1/tags': '新建标签', 'POST /api/v1/setup': '初始化', 'POST /api/v1/login': '登录', 'POST /api/v1/logout': '退出登录', 'POST /api/v1/reset': '凭链接重设密码', 'PATCH /api/v1/me': '修改个人资料',
  'POST /api/v1/me/password': '修改自己的密码', 'DELETE /api/v1/me/logins/{login_id}': '结束自己的登录', 'POST /api/v1/people': '新增人员', 'PATCH /api/v1/people/{person_id}': '修改人员',
  'POST /api/v1/people/{person_id}/password': '生成重设密码链接', 'POST /api/v1/people/{person_id}/disable': '停用账号', 'POST /api/v1/people/{person_id}/enable': '启用账号',
  'DELETE /api/v1/people/{person_id}/logins/{login_id}': '结束他人的登录', 'POST /api/v1/people/import': '批量导入人员', 'POST /api/v1/skills': '新建技能', 'POST /api/v1/groups': '新建组', 'PATCH /api/v1/groups/{group_id}': '修改组',
  'POST /api/v1/shops': '新建店铺', 'PATCH /api/v1/shops/{shop_id}': '修改店铺', 'POST /api/v1/shops/{shop_id}/visitor-key': '更换访客签名密钥', 'PUT /api/v1/shops/{shop_id}/hours': '修改营业时间',
  'POST /api/v1/shops/{shop_id}/profile-versions': '更改统计口径', 'DELETE /api/v1/shops/{shop_id}/profile-versions/{version_id}': '撤回口径更改', 'DELETE /api/v1/settings/versions/{version_id}': '撤回参数更改',
  'PATCH /api/v1/customers/{customer_id}': '修改客户资料', 'POST /api/v1/away-forms/{form_id}/done': '处理留言', 'POST /api/v1/sessions/{session_id}/take': '领取会话', 'POST /api/v1/sessions/{session_id}/accept': '接受会话',
  'POST /api/v1/sessions/{session_id}/decline': '婉拒会话', 'POST /api/v1/sessions/{session_id}/close': '结束会话', 'POST /api/v1/sessions/{session_id}/reopen': '重开会话', 'POST /api/v1/sessions/{session_id}/category': '选择小结分类',
  'POST /api/v1/sessions/{session_id}/tags': '修改会话标签', 'POST /api/v1/sessions/{session_id}/invite': '邀请评价', 'POST /api/v1/sessions/{session_id}/transfer': '转接会话', 'POST /api/v1/sessions/{session_id}/notes': '写备注',
  'POST /api/v1/phrases': '新增话术', 'PATCH /api/v1/phrases/{phrase_id}': '修改话术', 'DELETE /api/v1/phrases/{phrase_id}': '删除话术', 'POST /api/v1/phrases/import': '导入话术',
  'POST /api/v1/month-close': '月结', 'POST /api/v1/month-close/{close_id}/restate': '重算月结', 'POST /api/v1/report-designs': '新建报表', 'PATCH /api/v1/report-designs/{design_id}': '修改报表', 'DELETE /api/v1/report-designs/{design_id}': '删除报表',
  'POST /api/v1/score-templates': '新建评分模板', 'PATCH /api/v1/score-templates/{template_id}': '修改评分模板', 'DELETE /api/v1/score-templates/{template_id}': '删除评分模板',
  'POST /api/v1/anomalies/{anomaly_id}/dismiss': '处理异常', 'POST /api/v1/anomalies/rebuild': '重新查找异常', 'POST /api/v1/deliveries': '新建推送', 'PATCH /api/v1/deliveries/{delivery_id}': '修改推送', 'DELETE /api/v1/deliveries/{delivery_id}': '删除推送',
  'POST /api/v1/deliveries/{delivery_id}/test': '测试推送', 'POST /api/v1/alerts': '新建预警', 'PATCH /api/v1/alerts/{alert_id}': '修改预警', 'DELETE /api/v1/alerts/{alert_id}': '删除预警',
  'PUT /api/v1/imports': '上传导入文件', 'PATCH /api/v1/imports/{import_id}': '设置导入', 'DELETE /api/v1/imports/{import_id}': '放弃导入文件', 'POST /api/v1/imports/{import_id}/check': '检查导入文件', 'POST /api/v1/imports/{import_id}/run': '导入',
  'POST /api/v1/imports/{import_id}/undo': '撤销导入', 'POST /api/v1/import-mappings': '新建映射', 'PATCH /api/v1/import-mappings/{mapping_id}': '修改映射', 'DELETE /api/v1/import-mappings/{mapping_id}': '删除映射',
  'PUT /api/v1/import-names': '绑定昵称', 'DELETE /api/v1/import-names/{name_id}': '解除昵称绑定',
};
